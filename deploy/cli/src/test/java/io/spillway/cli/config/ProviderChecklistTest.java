package io.spillway.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.node.ObjectNode;

import io.spillway.contract.CatalogueSnapshot;
import io.spillway.contract.json.ChatRequestJson;
import io.spillway.contract.json.Json;
import io.spillway.contract.json.ParsedRequest;
import io.spillway.v1.DeploymentEntry;
import io.spillway.v1.FailureKind;
import io.spillway.v1.ProviderEntry;
import io.spillway.worker.credential.Secret;
import io.spillway.worker.provider.Adapters;
import io.spillway.worker.provider.CallOutcome;
import io.spillway.worker.provider.HttpAnswer;
import io.spillway.worker.provider.HttpCall;
import io.spillway.worker.provider.ProviderCall;

/** The sample in provider-workers/PROVIDERS.md follows the checklist above it, and needs no code. Runs in deploy/cli, as Maven does. */
final class ProviderChecklistTest {

    private static final Path DOCUMENT = Path.of("../../provider-workers/PROVIDERS.md");
    private static final Pattern CHAPTER = Pattern.compile("## Adding an OpenAI-like provider(.*?)```yaml\n(.*?)```",
            Pattern.DOTALL);

    @Test
    void shouldServeTheMadeUpProviderOfTheChecklistByItsCatalogueEntryAlone() throws IOException {
        // Given
        Matcher chapter = CHAPTER.matcher(Files.readString(DOCUMENT));
        assertThat(chapter.find()).isTrue();
        assertThat(chapter.group(1).lines().filter(line -> line.startsWith("- [ ] "))).hasSizeGreaterThanOrEqualTo(8);
        CatalogueReading reading = CatalogueFile.parse(chapter.group(2), CatalogueInput.KNOWN_APIS);
        assertThat(reading).isInstanceOf(CatalogueReading.Valid.class);
        CatalogueSnapshot catalogue = ((CatalogueReading.Valid) reading).catalogue().snapshot();
        ProviderEntry provider = catalogue.providers().get("nordlicht");
        DeploymentEntry deployment = catalogue.deployments().get("polar-2");
        assertThat(Adapters.names()).doesNotContain("nordlicht");

        // When
        ParsedRequest parsed = ChatRequestJson
                .parse(("{\"model\":\"chat\",\"max_tokens\":5,\"seed\":3,\"user\":\"u\",\"messages\":"
                        + "[{\"role\":\"developer\",\"content\":\"Be brief.\"},{\"role\":\"user\",\"content\":\"hi\"}]}")
                        .getBytes(StandardCharsets.UTF_8));
        ProviderCall call = new ProviderCall(((ParsedRequest.Valid) parsed).request(), deployment, provider.getSettings(),
                Secret.of("sk-nord"), "r1:1", Set.of(), Instant.EPOCH);
        HttpCall http = Adapters.forApi(provider.getApi()).orElseThrow().toHttp(call);

        // Then every box is ticked
        assertThat(http.uri()).hasToString("https://llm.example.com/v3/chat");
        assertThat(http.headers()).contains(new HttpCall.Header("X-Nordlicht-Key", "sk-nord"))
                .noneMatch(header -> header.name().equals("Authorization"));
        ObjectNode body = Json.readObject(http.body());
        assertThat(body.path("model").asText()).isEqualTo("polar-2");
        assertThat(body.path("max_tokens").asInt()).isEqualTo(5);
        assertThat(body.at("/messages/0/role").asText()).isEqualTo("system");
        assertThat(body.path("fallback").isBoolean()).isTrue();
        assertThat(body.has("seed") || body.has("user")).isFalse();
        assertThat(kind(call, provider, 429, "{\"error\":{\"code\":\"insufficient_quota\"}}"))
                .isEqualTo(FailureKind.RATE_LIMITED);
        assertThat(deployment.getLimits().getContextWindow()).isEqualTo(32_000);
        assertThat(deployment.getCapabilities().getJsonSchema()).isFalse();
        assertThat(deployment.getPrice()).isNotNull();
        assertThat(catalogue.routes()).containsOnlyKeys("chat");
    }

    private static FailureKind kind(ProviderCall call, ProviderEntry provider, int status, String body) {
        CallOutcome outcome = Adapters.forApi(provider.getApi()).orElseThrow().fromHttp(call,
                new HttpAnswer(status, Map.<String, List<String>>of(), body.getBytes(StandardCharsets.UTF_8)));
        return ((CallOutcome.Failed) outcome).failure().getKind();
    }
}
