package io.spillway.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every message an operator can get. Each case changes one place of a valid file. */
final class CatalogueProblemsTest {

    private static final String VALID = """
            providers:
              openai: {api: openai}
            deployments:
              gpt-us:
                provider: openai
                model: gpt-4o
                endpoint: https://api.openai.com/v1
                credential: ${file:/run/secrets/openai}
                price: {input: 2.5, output: 10}
              gpt-eu:
                provider: openai
                model: gpt-4o
                endpoint: https://eu.api.openai.com/v1
                price: {input: 2.5, output: 10}
            routes:
              chat:
                tiers:
                  - deployments: [gpt-us]
                  - deployments: [gpt-eu]
            """;

    static Stream<Arguments> mistakes() {
        String us = "    model: gpt-4o\n    endpoint: https://api.openai.com/v1\n";
        String more = us + "    ";
        return Stream.of(
                mistake("unknown key", us, more + "regoin: us\n",
                        "deployments.gpt-us.regoin: unknown key 'regoin' (did you mean 'region'? known: provider, model, "
                                + "endpoint, region, credential, credentials, limits, price, capabilities, dataClasses, drain, allowInsecure, "
                                + "settings)"),
                mistake("key in another spelling", us, more + "limits: {requests_per_minute: 5}\n",
                        "deployments.gpt-us.limits.requests_per_minute: unknown key 'requests_per_minute' (did you mean "
                                + "'requestsPerMinute'? known: concurrency, requestsPerMinute, tokensPerMinute, contextWindow, "
                                + "maxOutputTokens)"),
                mistake("unknown key without a neighbour", "routes:", "budgets: {}\nroutes:",
                        "budgets: unknown key 'budgets' (known: providers, deployments, routes, health)"),
                mistake("key twice", us, more + "model: gpt-5\n",
                        "deployments.gpt-us.model: given twice (first on line 6: remove one, or give the second another name)"),
                mistake("required key missing", us, "    model: gpt-4o\n",
                        "deployments.gpt-us: the key 'endpoint' is missing (write the base URL, such as "
                                + "https://api.openai.com/v1)"),
                mistake("key without a value", us, "    model:\n    endpoint: https://api.openai.com/v1\n",
                        "deployments.gpt-us.model: must have a value, is nothing (write one value after the colon, or remove the "
                                + "key)"),
                mistake("block where a value belongs", us, more + "region: {name: us}\n",
                        "deployments.gpt-us.region: must have a value, is a block of keys (write one value after the colon, or "
                                + "remove the key)"),
                mistake("value where a block belongs", us, more + "limits: 5\n",
                        "deployments.gpt-us.limits: must be a block of keys, is a single value (indent its keys below it)"),
                mistake("list where a block belongs", "openai: {api: openai}", "openai: [openai]",
                        "providers.openai: must be a block of keys, is a list (indent its keys below it)",
                        "providers.openai: the key 'api' is missing (write one of anthropic, openai)"),
                mistake("unknown api", "{api: openai}", "{api: antropic}",
                        "providers.openai.api: unknown API 'antropic' (did you mean 'anthropic'? known: anthropic, openai)"),
                mistake("bad provider id", "  openai: {api: openai}", "  openai: {api: openai}\n  Open.AI: {api: openai}",
                        "providers.Open.AI: not a name for one of the providers: 'Open.AI' (use lower-case letters, digits, '_' "
                                + "and '-', at most 63, the first a letter or digit)",
                        "providers.Open.AI: no deployment uses this provider (name it in a deployment or remove it)"),
                mistake("unused provider", "openai: {api: openai}", "openai: {api: openai}\n  spare: {api: anthropic}",
                        "providers.spare: no deployment uses this provider (name it in a deployment or remove it)"),
                mistake("unused deployment", "      - deployments: [gpt-eu]\n", "",
                        "deployments.gpt-eu: no route uses this deployment (name it in a tier or remove it)"),
                mistake("unknown provider", "    provider: openai\n    model: gpt-4o\n    endpoint: https://eu",
                        "    provider: azure\n    model: gpt-4o\n    endpoint: https://eu",
                        "deployments.gpt-eu.provider: unknown provider 'azure' (defined: openai)"),
                mistake("unknown deployment", "[gpt-eu]", "[gpt4-eu, gpt-eu]",
                        "routes.chat.tiers[1].deployments[0]: unknown deployment 'gpt4-eu' (defined: gpt-us, gpt-eu)"),
                mistake("deployment twice in a route", "[gpt-eu]", "[gpt-eu, {deployment: gpt-us, weight: 2}]",
                        "routes.chat.tiers[1].deployments[1]: deployment is in this route twice: 'gpt-us' (it is at "
                                + "routes.chat.tiers[0].deployments[0] already; a route tries a deployment once, so keep one)"),
                mistake("last resort again", "[gpt-eu]\n", "[gpt-eu]\n    lastResort: {deployments: [gpt-us]}\n",
                        "routes.chat.lastResort.deployments[0]: deployment is in this route twice: 'gpt-us' (it is at "
                                + "routes.chat.tiers[0].deployments[0] already; a route tries a deployment once, so keep one)"),
                mistake("tier without deployments", "[gpt-eu]", "[gpt-eu]\n      - deployments: []",
                        "routes.chat.tiers[2].deployments: has no deployment (list at least one deployment)"),
                mistake("tier without the key", "[gpt-eu]", "[gpt-eu]\n      - timeout: 5s",
                        "routes.chat.tiers[2]: the key 'deployments' is missing (list at least one deployment)"),
                mistake("tier that is no block", "[gpt-eu]", "[gpt-eu]\n      - gpt-us",
                        "routes.chat.tiers[2]: must be a block of keys, is a single value (indent its keys below it)",
                        "routes.chat.tiers[2]: the key 'deployments' is missing (list at least one deployment)"),
                mistake("route without tiers", "routes:", "routes:\n  empty: {deadline: 5m}",
                        "routes.empty: the key 'tiers' is missing (list at least one tier with its deployments)"),
                mistake("route with an empty list", "routes:", "routes:\n  empty: {tiers: []}",
                        "routes.empty.tiers: is empty (list at least one tier with its deployments)"),
                mistake("tiers not a list", "routes:", "routes:\n  odd: {tiers: gpt-us}",
                        "routes.odd.tiers: must be a list, is a single value (write [one, two], or one item per line after '- ')",
                        "routes.odd.tiers: is empty (list at least one tier with its deployments)"),
                mistake("bad route id", "  chat:", "  'chat room':",
                        "routes.chat room: not a name for one of the routes: 'chat room' (use letters, digits, '.', '_', '-', ':' "
                                + "and '/', at most 128, the first a letter or digit)"),
                mistake("weight out of range", "[gpt-eu]", "[{deployment: gpt-eu, weight: 1001}]",
                        "routes.chat.tiers[1].deployments[0].weight: out of range: '1001' (write a whole number from 1 to 1000)"),
                mistake("weight zero", "[gpt-eu]", "[{deployment: gpt-eu, weight: 0}]",
                        "routes.chat.tiers[1].deployments[0].weight: out of range: '0' (write a whole number from 1 to 1000)"),
                mistake("weight not whole", "[gpt-eu]", "[{deployment: gpt-eu, weight: 1.5}]",
                        "routes.chat.tiers[1].deployments[0].weight: not a whole number: '1.5' (write a whole number from 1 to "
                                + "1000)"),
                mistake("duration without a unit", "[gpt-eu]", "[gpt-eu]\n        timeout: 60",
                        "routes.chat.tiers[1].timeout: not a duration: '60' (write a whole number with a unit: ms, s, m, h or d, "
                                + "such as 30s)"),
                mistake("timeout out of range", "[gpt-eu]", "[gpt-eu]\n        timeout: 2h",
                        "routes.chat.tiers[1].timeout: out of range: '2h' (write a duration from 100ms to 1h)"),
                mistake("timeout after the deadline", "chat:\n", "chat:\n    deadline: 30s\n    lastResort: {timeout: 45s, "
                        + "deployments: [gpt-none]}\n",
                        "routes.chat.lastResort.timeout: is longer than the route's deadline of 30s: '45s' (shorten it, or give "
                                + "the route a later deadline)",
                        "routes.chat.lastResort.deployments[0]: unknown deployment 'gpt-none' (defined: gpt-us, gpt-eu)"),
                mistake("deadline zero", "chat:\n", "chat:\n    deadline: 0s\n",
                        "routes.chat.deadline: out of range: '0s' (write a duration from 1s to 7d)"),
                mistake("no paid calls", "chat:\n", "chat:\n    maxPaidCalls: 0\n",
                        "routes.chat.maxPaidCalls: out of range: '0' (write a whole number from 1 to 100)"),
                mistake("not a yes or no", us, more + "drain: yes\n",
                        "deployments.gpt-us.drain: is not a yes or no: 'yes' (write true or false)"),
                mistake("context window zero", us, more + "limits: {contextWindow: 0}\n",
                        "deployments.gpt-us.limits.contextWindow: out of range: '0' (write a whole number from 1 to 1000000000)"),
                mistake("output larger than window", us, more + "limits: {contextWindow: 100, maxOutputTokens: 101}\n",
                        "deployments.gpt-us.limits.maxOutputTokens: is larger than contextWindow 100: '101' (an answer fits into "
                                + "the window together with its prompt)"),
                mistake("concurrency zero", us, more + "limits: {concurrency: 0}\n",
                        "deployments.gpt-us.limits.concurrency: out of range: '0' (write a whole number from 1 to 100000)"),
                mistake("price missing", "    price: {input: 2.5, output: 10}\n  gpt-eu", "  gpt-eu",
                        "deployments.gpt-us.price: is missing, so spend could not be counted (write price: {input: 2.5, output: "
                                + "10.0} in USD per million tokens, or zeros where calls are free)"),
                mistake("half a price", "{input: 2.5, output: 10}\n  gpt-eu", "{input: 2.5}\n  gpt-eu",
                        "deployments.gpt-us.price: the key 'output' is missing (write USD per million tokens)"),
                mistake("negative price", "output: 10}\n  gpt-eu", "output: -1}\n  gpt-eu",
                        "deployments.gpt-us.price.output: out of range: '-1' (write a number from 0 to 1000000)"),
                mistake("price in words", "output: 10}\n  gpt-eu", "output: $10}\n  gpt-eu",
                        "deployments.gpt-us.price.output: not a decimal number: '$10' (write digits with a point, such as 2.5)"),
                mistake("price below a micro-dollar", "output: 10}\n  gpt-eu", "output: 0.0000001}\n  gpt-eu",
                        "deployments.gpt-us.price.output: too exact: '0.0000001' (write at most 6 digits after the point)"),
                mistake("unknown data class", us, more + "dataClasses: [public, secret]\n",
                        "deployments.gpt-us.dataClasses[1]: unknown data class 'secret' (known: public, internal, confidential, "
                                + "pii, phi)"),
                mistake("data class twice", us, more + "dataClasses: [phi, phi]\n",
                        "deployments.gpt-us.dataClasses[1]: named twice: 'phi' (remove one)"),
                mistake("no data class", us, more + "dataClasses: []\n",
                        "deployments.gpt-us.dataClasses: allows nothing (name at least one of public, internal, confidential, pii, "
                                + "phi, or set drain: true to stop its traffic)"),
                mistake("endpoint not a URL", "https://api.openai.com/v1", "https://api openai",
                        "deployments.gpt-us.endpoint: not a URL: 'https://api openai' (write a base URL such as "
                                + "https://api.openai.com/v1)"),
                mistake("endpoint without scheme", "https://api.openai.com/v1", "api.openai.com",
                        "deployments.gpt-us.endpoint: not a web address: 'api.openai.com' (write a base URL such as "
                                + "https://api.openai.com/v1)"),
                mistake("public http", "https://api.openai.com/v1", "http://api.openai.com/v1\n    allowInsecure: true",
                        "deployments.gpt-us.endpoint: http would send prompts and keys readable over public networks: "
                                + "'http://api.openai.com/v1' (use https; http is only for loopback and private hosts)"),
                mistake("private http undeclared", "https://api.openai.com/v1", "http://10.0.0.7:8000/v1",
                        "deployments.gpt-us.endpoint: http is not encrypted: 'http://10.0.0.7:8000/v1' (use https, or set "
                                + "allowInsecure: true for this deployment)"),
                mistake("metadata address", "https://api.openai.com/v1", "https://169.254.169.254/v1",
                        "deployments.gpt-us.endpoint: has a link-local address, where clouds keep metadata and credentials, which "
                                + "is never called: 'https://169.254.169.254/v1' (write the address of the model server)"),
                mistake("metadata address in IPv6", "https://api.openai.com/v1", "https://[::ffff:a9fe:a9fe]/v1",
                        "deployments.gpt-us.endpoint: has a link-local address, where clouds keep metadata and credentials, which "
                                + "is never called: 'https://[::ffff:a9fe:a9fe]/v1' (write the address of the model server)"),
                mistake("metadata address over private http", "https://api.openai.com/v1",
                        "http://100.100.100.200/v1\n    allowInsecure: true",
                        "deployments.gpt-us.endpoint: has an address of a cloud's metadata service, which is never called: "
                                + "'http://100.100.100.200/v1' (write the address of the model server)"),
                mistake("metadata name", "https://api.openai.com/v1",
                        "http://metadata.google.internal/v1\n    allowInsecure: true",
                        "deployments.gpt-us.endpoint: has the name of a cloud's metadata service, which is never called: "
                                + "'http://metadata.google.internal/v1' (write the address of the model server)"),
                mistake("decimal address", "https://api.openai.com/v1", "http://2130706433/v1\n    allowInsecure: true",
                        "deployments.gpt-us.endpoint: has an address in a form that is read in several ways: "
                                + "'http://2130706433/v1' (write it as four decimal numbers, such as 10.0.0.7)"),
                mistake("octal address", "https://api.openai.com/v1", "https://0177.0.0.1/v1",
                        "deployments.gpt-us.endpoint: has an address in a form that is read in several ways: "
                                + "'https://0177.0.0.1/v1' (write it as four decimal numbers, such as 10.0.0.7)"),
                mistake("hexadecimal address", "https://api.openai.com/v1", "https://0xa9fea9fe/v1",
                        "deployments.gpt-us.endpoint: has an address in a form that is read in several ways: "
                                + "'https://0xa9fea9fe/v1' (write it as four decimal numbers, such as 10.0.0.7)"),
                mistake("private https undeclared", "https://api.openai.com/v1", "https://10.0.0.7/v1",
                        "deployments.gpt-us.endpoint: is a private address, where workers do not call unasked: "
                                + "'https://10.0.0.7/v1' (set settings: {allow-private: true} for this deployment if its model "
                                + "server is there)"),
                mistake("allow-private in words", us, more + "settings: {allow-private: yes}\n",
                        "deployments.gpt-us.settings: allow-private is not a yes or no: 'yes' (write true or false)"),
                mistake("insecure https", us, more + "allowInsecure: true\n",
                        "deployments.gpt-us.allowInsecure: has no effect on an https endpoint (remove it)"),
                mistake("threshold below the floor", "routes:", "health: {failureRateThreshold: 0.1}\nroutes:",
                        "health.failureRateThreshold: out of range: '0.1' (write a number from 0.15 to 0.9)"),
                mistake("open times upside down", "routes:", "health: {openTime: 10m}\nroutes:",
                        "health.openTime: openTime is longer than maxOpenTime 5m: '10m' (make maxOpenTime at least as long)"),
                mistake("cooldowns upside down", "routes:", "health: {minCooldown: 30s, maxCooldown: 10s}\nroutes:",
                        "health.minCooldown: minCooldown is longer than maxCooldown 10s: '30s' (make maxCooldown at least as "
                                + "long)"),
                mistake("alias", "openai: {api: openai}", "openai: &o {api: openai}\n  other: *o",
                        "providers.other: YAML aliases are not supported (write the value out)",
                        "providers.other: must be a block of keys, is nothing (indent its keys below it)",
                        "providers.other: the key 'api' is missing (write one of anthropic, openai)",
                        "providers.other: no deployment uses this provider (name it in a deployment or remove it)"));
    }

    private static Arguments mistake(String name, String before, String after, String... messages) {
        return argumentSet(name, before, after, List.of(messages));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void shouldNameThePathTheProblemTheValueAndTheRemedy(String before, String after, List<String> messages) {
        assertThat(VALID).contains(before);

        assertThat(messages(VALID.replaceFirst(Pattern.quote(before),
                Matcher.quoteReplacement(after)))).containsExactlyElementsOf(messages);
    }

    static Stream<Arguments> secrets() {
        return Stream.of(argumentSet("in the credential", "${file:/run/secrets/openai}", "sk-proj-CANARYcanary1234567890"),
                argumentSet("a short one in the credential", "${file:/run/secrets/openai}", "CANARY"),
                argumentSet("as a relative file", "${file:/run/secrets/openai}", "${file:CANARY}"),
                argumentSet("in the endpoint's user", "https://api.openai.com/v1", "https://user:CANARY@api.openai.com/v1"),
                argumentSet("in the endpoint's query", "https://api.openai.com/v1", "https://api.openai.com/v1?key=CANARY"),
                argumentSet("in a setting by name", "{api: openai}", "{api: openai, settings: {api-key: CANARY}}"),
                argumentSet("in a setting by form", "{api: openai}", "{api: openai, settings: {header: Bearer CANARY123456}}"),
                argumentSet("as a wrong api", "{api: openai}", "{api: sk-ant-CANARY1234567890}"),
                argumentSet("in broken YAML", "{api: openai}", "{api: openai, [sk-CANARY1234567890: }"),
                argumentSet("in a bad indent", "    provider: openai", "  sk-CANARY1234567890\n      provider: : openai"));
    }

    @ParameterizedTest
    @MethodSource("secrets")
    void shouldRefuseAKeyWithoutPrintingIt(String before, String after) {
        assertThat(VALID).contains(before);

        List<String> messages = messages(VALID.replace(before, after));

        assertThat(messages).isNotEmpty().noneMatch(message -> message.contains("CANARY"));
    }

    @Test
    void shouldSayWhatACredentialMayBe() {
        assertThat(messages(VALID.replace("${file:/run/secrets/openai}", "sk-CANARY1234567890"))).containsExactly(
                "deployments.gpt-us.credential: is not a reference to a secret (write ${file:/absolute/path}, ${dir:/absolute/path}, "
                        + "${vault:mount/path#field} or ${env:NAME}, "
                        + "never the key itself; if a key stood here, replace it at the provider)");
        assertThat(messages(VALID.replace("${file:/run/secrets/openai}", "${env:OPENAI_KEY}"))).isEmpty();
    }

    @Test
    void shouldSayThatTheFileIsNoCatalogue(@TempDir Path directory) {
        assertThat(messages("")).containsExactly("the file is empty (start from deploy/config/example.yaml)");
        assertThat(messages("# only a remark\n")).containsExactly("the file is empty (start from deploy/config/example.yaml)");
        assertThat(messages("hello")).first().asString().startsWith("must be a block of keys, is a single value");
        assertThat(messages(VALID + "---\nproviders: {}\n"))
                .containsExactly("a second document starts here (keep one document per file, without '---')");
        assertThat(messages("providers:\n  openai: {api: openai\nroutes: x")).singleElement().asString()
                .startsWith("not valid YAML: ").endsWith("(check indentation, colons and quotes there)");
        assertThat(messages("{}")).containsExactly("the key 'providers' is missing (define at least one below it)",
                "the key 'deployments' is missing (define at least one below it)",
                "the key 'routes' is missing (define at least one below it)");

        Path missing = directory.resolve("none.yaml");
        assertThat(CatalogueFile.read(missing, Set.of("openai"))).isEqualTo(new CatalogueReading.Invalid(
                List.of(new Problem("", "there is no such file", missing.toString(), "check the path", 0))));
    }

    @Test
    void shouldTellPrivateHostsFromPublicOnes() {
        assertThat(List.of("localhost", "127.0.0.1", "[::1]", "10.1.2.3", "172.16.0.1", "172.31.255.1", "192.168.1.1", "ollama",
                "vllm.internal", "box.local", "llm.team.svc", "llm.team.svc.cluster.local", "[fd00::1]"))
                .allMatch(Endpoints::isPrivate);
        assertThat(List.of("api.openai.com", "172.32.0.1", "11.0.0.1", "1.1.1.1", "localhost.example.com", "10.example.com",
                "[2001:db8::1]")).noneMatch(Endpoints::isPrivate);
    }

    private static List<String> messages(String yaml) {
        return switch (CatalogueFile.parse(yaml, Set.of("openai", "anthropic"))) {
            case CatalogueReading.Valid valid -> List.of();
            case CatalogueReading.Invalid invalid -> invalid.problems().stream().map(Problem::message).toList();
        };
    }
}
