package io.spillway.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.spillway.v1.CredentialEntry;
import io.spillway.v1.CredentialState;
import io.spillway.v1.DeploymentEntry;

final class CredentialReaderTest {

    @Test
    void shouldReadSeveralCredentialsWithStatesAndExpiries() {
        DeploymentEntry entry = valid("""
                credentials:
                  - {reference: "${file:/run/secrets/old}", state: draining, expiresAt: 2027-01-31}
                  - ${file:/run/secrets/new}
                  - {reference: "${dir:/run/secrets/keys}", state: disabled}
                  - {reference: "${vault:secret/llm/openai#key}", expiresAt: "2027-01-31T12:00:00Z"}
                """);

        assertThat(entry.getCredentials()).containsExactly(
                credential("${file:/run/secrets/old}", CredentialState.DRAINING, Instant.parse("2027-01-31T00:00:00Z")),
                credential("${file:/run/secrets/new}", CredentialState.ACTIVE, null),
                credential("${dir:/run/secrets/keys}", CredentialState.DISABLED, null),
                credential("${vault:secret/llm/openai#key}", CredentialState.ACTIVE, Instant.parse("2027-01-31T12:00:00Z")));
        // For workers that know one credential only.
        assertThat(entry.getCredential()).isEqualTo("${file:/run/secrets/new}");
    }

    @Test
    void shouldReadASingleCredentialAsBefore() {
        DeploymentEntry entry = valid("credential: ${file:/run/secrets/one}\n");

        assertThat(entry.getCredential()).isEqualTo("${file:/run/secrets/one}");
        assertThat(entry.getCredentials()).isEmpty();
        assertThat(CredentialList.of(entry))
                .containsExactly(credential("${file:/run/secrets/one}", CredentialState.ACTIVE, null));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
            "credentials: []|has no credential",
            "credentials: [{state: active}]|'reference' is missing",
            "credentials: [{reference: '${file:/a}', state: actve}]|unknown state 'actve'",
            "credentials: [{reference: '${file:/a}', expiresAt: tomorrow}]|not a day or an instant: 'tomorrow'",
            "credentials: ['${file:/a}', '${file:/a}']|names a credential twice: '${file:/a}'",
            "credentials: [{reference: '${file:/a}', state: disabled}]|are all disabled",
            "credentials: [{reference: '${file:/a}', stat: disabled}]|unknown key 'stat'"})
    void shouldSayWhatIsWrong(String yaml, String problem) {
        assertThat(problems(yaml + "\n")).anySatisfy(each -> assertThat(each.message()).contains(problem));
    }

    @Test
    void shouldRefuseBothForms() {
        assertThat(problems("credential: ${file:/a}\ncredentials: ['${file:/b}']\n"))
                .anySatisfy(each -> assertThat(each.message()).contains("stands beside 'credential'"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sk-CANARY-1", "Bearer CANARY", "${file:relative-CANARY}", "${vault:CANARY}"})
    void shouldNeverRepeatWhatMayBeAKey(String text) {
        assertThat(problems("credentials: ['" + text + "']\n")).isNotEmpty()
                .noneSatisfy(each -> assertThat(each.toString()).contains("CANARY"));
        assertThat(problems("credentials: [{reference: '" + text + "'}]\n")).isNotEmpty()
                .noneSatisfy(each -> assertThat(each.toString()).contains("CANARY"));
    }

    private static CredentialEntry credential(String reference, CredentialState state, Instant expiresAt) {
        return CredentialEntry.newBuilder().setReference(reference).setState(state).setExpiresAt(expiresAt).build();
    }

    private static DeploymentEntry valid(String credentials) {
        CatalogueReading reading = read(credentials);
        assertThat(reading).isInstanceOf(CatalogueReading.Valid.class);
        return ((CatalogueReading.Valid) reading).catalogue().snapshot().deployments().get("gpt");
    }

    private static List<Problem> problems(String credentials) {
        CatalogueReading reading = read(credentials);
        assertThat(reading).isInstanceOf(CatalogueReading.Invalid.class);
        return ((CatalogueReading.Invalid) reading).problems();
    }

    private static CatalogueReading read(String credentials) {
        return CatalogueFile.parse("""
                providers:
                  openai: {api: openai}
                deployments:
                  gpt:
                    provider: openai
                    model: gpt-4o
                    endpoint: https://api.openai.com/v1
                    price: {input: 2.5, output: 10}
                %sroutes:
                  chat:
                    tiers:
                      - deployments: [gpt]
                """.formatted(credentials.indent(4)), Set.of("openai"));
    }
}
