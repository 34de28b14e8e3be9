package io.spillway.worker.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;

/** The contract of dialects that name the model in the address and nowhere else. */
public abstract class ModelInPathContract extends ProviderAdapterContract {

    @Test
    @Override
    void shouldSendTheDeploymentsModelAndTheKeyOnlyInAHeader() {
        // When
        HttpCall http = adapter().toHttp(Calls.of(Calls.request(Calls.user(Calls.CANARY_PROMPT))));

        // Then
        assertThat(http.uri().getPath()).contains("/" + Calls.MODEL);
        assertThat(tree(http).has("model")).isFalse();
        assertThat(http.uri().toString()).startsWith(Calls.ENDPOINT + "/").doesNotContain(Calls.CANARY_KEY);
        assertThat(http.headers()).filteredOn(header -> header.value().contains(Calls.CANARY_KEY)).hasSize(1);
        assertThat(http.headers()).extracting(HttpCall.Header::name).contains("Content-Type");
        assertThat(new String(http.body(), StandardCharsets.UTF_8)).doesNotContain(Calls.CANARY_KEY);
        assertThat(http.toString() + http.headers()).doesNotContain(Calls.CANARY_KEY).doesNotContain(Calls.CANARY_PROMPT);
    }
}
