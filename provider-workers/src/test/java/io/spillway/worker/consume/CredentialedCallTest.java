package io.spillway.worker.consume;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.spillway.contract.json.Json;
import io.spillway.v1.Attempt;
import io.spillway.v1.CredentialEntry;
import io.spillway.v1.CredentialState;
import io.spillway.v1.DeploymentEntry;
import io.spillway.v1.Failure;
import io.spillway.v1.FailureKind;
import io.spillway.v1.ProviderEntry;
import io.spillway.v1.SendState;
import io.spillway.worker.credential.AccessTokens;
import io.spillway.worker.credential.CredentialBook;
import io.spillway.worker.credential.CredentialResolver;
import io.spillway.worker.credential.DeploymentCredentials;
import io.spillway.worker.http.CallTimeouts;
import io.spillway.worker.http.HttpExecutor;
import io.spillway.worker.http.HttpSettings;
import io.spillway.worker.http.HttpTokenServer;
import io.spillway.worker.provider.Adapters;
import io.spillway.worker.provider.CallOutcome;

class CredentialedCallTest {

    @TempDir
    private Path folder;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final HttpExecutor http = new HttpExecutor(HttpSettings.standard(), System::nanoTime);
    private KeyedProvider provider;
    private volatile Instant now = Samples.NOW;
    private volatile long millis = 1_000_000;
    private CallMaker maker;

    @BeforeEach
    void start() throws IOException {
        http.start();
        provider = new KeyedProvider();
        CredentialResolver resolver = new CredentialResolver(false, name -> null, () -> millis);
        HttpTokenServer tokens = new HttpTokenServer(http);
        CredentialBook book = new CredentialBook(resolver, AccessTokens.ofServiceAccounts(tokens, () -> now, () -> 0),
                AccessTokens.ofEntraClients(tokens, () -> now, () -> 0), () -> millis);
        CallTimeouts timeouts = new CallTimeouts(Duration.ofSeconds(5), Duration.ofSeconds(20), Duration.ofSeconds(20),
                Duration.ZERO);
        maker = new CallMaker(http, new CredentialedCall(book, new CredentialMetrics(registry)), Adapters::forApi, timeouts,
                new BrokerClock(() -> Samples.NOW, System::nanoTime));
    }

    @AfterEach
    void stop() {
        provider.close();
        http.close();
    }

    @ParameterizedTest
    @CsvSource({"401, authentication_failed", "403, permission_denied", "402, quota_exhausted"})
    void shouldDisableExactlyTheRefusedCredentialAndUseTheNextAtOnce(int status, String kind) throws IOException {
        DeploymentEntry deployment = deployment(active(key("a", "sk-a")), active(key("b", "sk-b")), active(key("c", "sk-c")));
        provider.refuse("sk-a", status);
        provider.accept("sk-b");
        provider.accept("sk-c");

        for (int i = 0; i < 30; i++) {
            assertThat(make(deployment).outcome()).isInstanceOf(CallOutcome.Answered.class);
        }

        assertThat(count("sk-a")).isEqualTo(1);
        assertThat(count("sk-b")).isBetween(14, 16);
        assertThat(count("sk-c")).isBetween(14, 16);
        assertThat(registry.get("spillway.worker.credential.refusals").tag("credential", "file:" + folder.resolve("a"))
                .tag("kind", kind).functionCounter().count()).isEqualTo(1);
    }

    @Test
    void shouldNameTheCredentialThatWasUsedInTheEnd() throws IOException {
        DeploymentEntry deployment = deployment(active(key("a", "sk-a")), active(key("b", "sk-b")));
        provider.accept("sk-b");

        assertThat(make(deployment).credential()).isEqualTo(reference("b"));
    }

    @Test
    void shouldFailOnlyWhenNoneIsLeftAndThenSendNothingUntilATrialIsDue() throws IOException {
        DeploymentEntry deployment = deployment(active(key("a", "sk-a")), active(key("b", "sk-b")));

        assertThat(failure(make(deployment)).getKind()).isEqualTo(FailureKind.AUTHENTICATION_FAILED);
        assertThat(provider.used()).containsExactlyInAnyOrder("sk-a", "sk-b");

        Failure local = failure(make(deployment));
        assertThat(local.getKind()).isEqualTo(FailureKind.AUTHENTICATION_FAILED);
        assertThat(local.getSent()).isEqualTo(SendState.NOT_SENT);
        assertThat(provider.used()).hasSize(2);

        millis += DeploymentCredentials.REST.toMillis();
        provider.accept("sk-a");
        assertThat(make(deployment).outcome()).isInstanceOf(CallOutcome.Answered.class);
        // Accepted: no longer at rest.
        assertThat(make(deployment).outcome()).isInstanceOf(CallOutcome.Answered.class);
    }

    @Test
    void shouldLetAProbeOfTheAggregatorUseARestingCredential() throws IOException {
        DeploymentEntry deployment = deployment(active(key("a", "sk-a")));
        make(deployment);
        provider.accept("sk-a");
        assertThat(make(deployment).outcome()).isInstanceOf(CallOutcome.Failed.class);

        Attempt probe = Samples.attempt("p", "a", 0);
        probe.setProbe("probe-1");

        assertThat(maker.make(probe, target(deployment)).outcome()).isInstanceOf(CallOutcome.Answered.class);
        assertThat(make(deployment).outcome()).isInstanceOf(CallOutcome.Answered.class);
    }

    @Test
    void shouldForgetWhatItLearntWhenTheCatalogueChangesTheCredentials() throws IOException {
        String a = key("a", "sk-a");
        make(deployment(active(a)));
        provider.accept("sk-a");
        assertThat(make(deployment(active(a))).outcome()).isInstanceOf(CallOutcome.Failed.class);

        assertThat(make(deployment(active(a), active(key("b", "sk-b")))).outcome()).isInstanceOf(CallOutcome.Answered.class);
    }

    @Test
    void shouldUseDrainingCredentialsOnlyWhenNoActiveOneWorksAndDisabledOnesNever() throws IOException {
        DeploymentEntry deployment = deployment(entry(key("off", "sk-off"), CredentialState.DISABLED),
                entry(key("unknown", "sk-unknown"), CredentialState.UNKNOWN),
                entry(key("old", "sk-old"), CredentialState.DRAINING),
                active(key("new", "sk-new")));
        List.of("sk-off", "sk-unknown", "sk-old", "sk-new").forEach(provider::accept);
        for (int i = 0; i < 5; i++) {
            make(deployment);
        }
        assertThat(provider.used()).containsOnly("sk-new");

        provider.refuse("sk-new", 401);
        assertThat(make(deployment).outcome()).isInstanceOf(CallOutcome.Answered.class);
        provider.refuse("sk-old", 401);
        assertThat(make(deployment).outcome()).isInstanceOf(CallOutcome.Failed.class);
        assertThat(provider.used()).containsOnly("sk-new", "sk-old");
    }

    @Test
    void shouldSayThatTheCatalogueDisabledAllWhenItDid() throws IOException {
        Failure failure = failure(make(deployment(entry(key("off", "sk-off"), CredentialState.DISABLED))));

        assertThat(failure.getKind()).isEqualTo(FailureKind.AUTHENTICATION_FAILED);
        assertThat(failure.getMessage()).contains("catalogue");
        assertThat(provider.used()).isEmpty();
    }

    @Test
    void shouldGoOnWithTheOthersWhenOneCannotBeResolved() throws IOException {
        provider.accept("sk-b");
        DeploymentEntry deployment = deployment(active(reference("missing")), active(key("b", "sk-b")));

        assertThat(make(deployment).outcome()).isInstanceOf(CallOutcome.Answered.class);
    }

    @Test
    void shouldTellHowLongTheAccountsAreUsedUpWhenAllAre() throws IOException {
        DeploymentEntry deployment = deployment(active(key("a", "sk-a")), active(key("b", "sk-b")));
        provider.refuse("sk-a", 402);
        provider.refuse("sk-b", 401);

        assertThat(failure(make(deployment)).getKind()).isEqualTo(FailureKind.QUOTA_EXHAUSTED);
        Failure local = failure(make(deployment));
        assertThat(local.getKind()).isEqualTo(FailureKind.QUOTA_EXHAUSTED);
        assertThat(local.getSent()).isEqualTo(SendState.NOT_SENT);
        assertThat(local.getRetryAfterMillis()).isEqualTo(DeploymentCredentials.REST.toMillis());
    }

    @Test
    void shouldReadTheFileAgainAtOnceWhenItsKeyIsRefused() throws IOException {
        DeploymentEntry deployment = deployment(active(key("a", "sk-old")));
        provider.accept("sk-old");
        make(deployment);

        key("a", "sk-new");
        provider.accept("sk-new");
        provider.refuse("sk-old", 401);

        assertThat(make(deployment).outcome()).isInstanceOf(CallOutcome.Answered.class);
        assertThat(provider.used()).containsExactly("sk-old", "sk-old", "sk-new");
    }

    @Test
    void shouldTakeEveryFileOfADirectoryAndNoticeNewAndVanishedOnes() throws IOException {
        Path keys = Files.createDirectory(folder.resolve("keys"));
        Files.writeString(keys.resolve("1"), "sk-1");
        Files.writeString(keys.resolve("2"), "sk-2");
        Files.writeString(keys.resolve(".hidden"), "sk-hidden");
        Files.createDirectory(keys.resolve("..2026_11_21"));
        List.of("sk-1", "sk-2", "sk-3").forEach(provider::accept);
        DeploymentEntry deployment = deployment(active("${dir:" + keys + "}"));
        make(deployment);
        make(deployment);
        assertThat(provider.used()).containsExactly("sk-1", "sk-2");

        Files.writeString(keys.resolve("3"), "sk-3");
        Files.delete(keys.resolve("1"));
        millis += 5_000;
        for (int i = 0; i < 6; i++) {
            assertThat(make(deployment).outcome()).isInstanceOf(CallOutcome.Answered.class);
        }

        assertThat(provider.used().subList(2, 8)).containsOnly("sk-2", "sk-3").contains("sk-2", "sk-3");
    }

    @Test
    void shouldLetAFilesOwnEntryDecideOverItsDirectory() throws IOException {
        Path keys = Files.createDirectory(folder.resolve("keys"));
        Files.writeString(keys.resolve("1"), "sk-1");
        Files.writeString(keys.resolve("2"), "sk-2");
        List.of("sk-1", "sk-2").forEach(provider::accept);

        DeploymentEntry deployment = deployment(active("${dir:" + keys + "}"),
                entry("${file:" + keys.resolve("1") + "}", CredentialState.DISABLED));
        for (int i = 0; i < 4; i++) {
            make(deployment);
        }

        assertThat(provider.used()).containsOnly("sk-2");
    }

    @Test
    void shouldCallWithATokenOfTheServiceAccountAndReplaceARefusedOne() throws Exception {
        DeploymentEntry deployment = deployment(active(key("account", serviceAccount())));
        deployment.setSettings(Map.of("auth", "service-account", "project", "p"));
        assertThat(make(deployment, "vertex").outcome()).isInstanceOf(CallOutcome.Answered.class);
        make(deployment, "vertex");
        assertThat(provider.used()).containsExactly("token-1", "token-1");

        now = now.plusSeconds(60);
        provider.refuse("token-1", 401);

        assertThat(make(deployment, "vertex").outcome()).isInstanceOf(CallOutcome.Answered.class);
        assertThat(provider.used()).containsExactly("token-1", "token-1", "token-1", "token-2");
    }

    @Test
    void shouldRenewTheTokenBeforeItEnds() throws Exception {
        DeploymentEntry deployment = deployment(active(key("account", serviceAccount())));
        deployment.setSettings(Map.of("auth", "service-account", "project", "p"));
        make(deployment, "vertex");

        now = now.plusSeconds(3599 - 300);
        make(deployment, "vertex");

        assertThat(provider.used()).containsExactly("token-1", "token-2");
    }

    @Test
    void shouldNotBlameTheCredentialWhenTheTokenServerIsInTrouble() throws Exception {
        DeploymentEntry deployment = deployment(active(key("account", serviceAccount())));
        deployment.setSettings(Map.of("auth", "service-account", "project", "p"));
        provider.answerTokensWith(503);

        Failure failure = failure(make(deployment, "vertex"));

        assertThat(failure.getKind()).isEqualTo(FailureKind.CONNECTION_FAILED);
        assertThat(failure.getSent()).isEqualTo(SendState.NOT_SENT);
        assertThat(provider.used()).isEmpty();
        provider.answerTokensWith(200);
        now = now.plusSeconds(5);
        assertThat(make(deployment, "vertex").outcome()).isInstanceOf(CallOutcome.Answered.class);
    }

    @Test
    void shouldUseTheNextAccountWhenTheTokenServerRefusesOne() throws Exception {
        DeploymentEntry deployment = deployment(active(key("account", serviceAccount())), active(key("other", "not json")));
        deployment.setSettings(Map.of("auth", "service-account", "project", "p"));

        for (int i = 0; i < 4; i++) {
            assertThat(make(deployment, "vertex").outcome()).isInstanceOf(CallOutcome.Answered.class);
        }
    }

    @Test
    void shouldAskEntraForTokensWhenTheCredentialIsAClientAndTakeItAsATokenOtherwise() throws IOException {
        String client = "{\"tenantId\":\"tenant\",\"clientId\":\"c\",\"clientSecret\":\"s\",\"authority\":\"" + provider.uri()
                + "\"}";
        DeploymentEntry deployment = deployment(active(key("client", client)));
        deployment.setSettings(Map.of("auth", "entra"));
        assertThat(make(deployment, "azure").outcome()).isInstanceOf(CallOutcome.Answered.class);

        provider.accept("eyJ.own");
        DeploymentEntry other = deployment(active(key("token", "eyJ.own")));
        other.setSettings(Map.of("auth", "entra"));
        assertThat(make(other, "azure").outcome()).isInstanceOf(CallOutcome.Answered.class);

        assertThat(provider.used()).containsExactly("token-1", "eyJ.own");
        assertThat(provider.tokens()).isEqualTo(1);
    }

    private String serviceAccount() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        String pem = Base64.getMimeEncoder(64, new byte[]{'\n'})
                .encodeToString(generator.generateKeyPair().getPrivate().getEncoded());
        return Json.text(Json.object().put("type", "service_account").put("client_email", "a@p.example")
                .put("private_key_id", "kid").put("token_uri", provider.uri() + "/oauth2/token")
                .put("private_key", "-----BEGIN PRIVATE KEY-----\n" + pem + "\n-----END PRIVATE KEY-----\n"));
    }

    private int count(String key) {
        return Collections.frequency(provider.used(), key);
    }

    private CallEnd make(DeploymentEntry deployment) {
        return make(deployment, "openai");
    }

    private CallEnd make(DeploymentEntry deployment, String api) {
        return maker.make(Samples.attempt("r", "a", 0),
                new Target(ProviderEntry.newBuilder().setId(Samples.PROVIDER).setApi(api).build(), deployment));
    }

    private static Target target(DeploymentEntry deployment) {
        return new Target(ProviderEntry.newBuilder().setId(Samples.PROVIDER).setApi("openai").build(), deployment);
    }

    private DeploymentEntry deployment(CredentialEntry... credentials) {
        DeploymentEntry deployment = Samples.deployment("a", 4);
        deployment.setEndpoint(provider.uri().toString());
        deployment.setAllowInsecure(true);
        deployment.setCredentials(new ArrayList<>(Arrays.asList(credentials)));
        return deployment;
    }

    private String key(String name, String content) throws IOException {
        Files.writeString(folder.resolve(name), content);
        return reference(name);
    }

    private String reference(String name) {
        return "${file:" + folder.resolve(name) + "}";
    }

    private static CredentialEntry active(String reference) {
        return entry(reference, CredentialState.ACTIVE);
    }

    private static CredentialEntry entry(String reference, CredentialState state) {
        return CredentialEntry.newBuilder().setReference(reference).setState(state).build();
    }

    private static Failure failure(CallEnd end) {
        assertThat(end.outcome()).isInstanceOf(CallOutcome.Failed.class);
        return ((CallOutcome.Failed) end.outcome()).failure();
    }
}
