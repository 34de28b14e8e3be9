package io.spillway.worker.provider.azure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.openai.azure.AzureOpenAIServiceVersion;
import com.openai.azure.AzureUrlPathMode;
import com.openai.azure.credential.AzureApiKeyCredential;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.credential.BearerTokenCredential;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import io.spillway.contract.json.Json;
import io.spillway.v1.DeploymentEntry;
import io.spillway.worker.http.FaultServer;
import io.spillway.worker.provider.Calls;
import io.spillway.worker.provider.HttpCall;
import io.spillway.worker.provider.ProviderCall;
import org.junit.jupiter.api.Test;

/** OpenAI's own client in its Azure modes as the oracle: same addresses, same credentials, same bodies. */
class AzureSdkTest {

    private static final String ANSWER = new AzureAdapterTest().answer("hi");

    @Test
    void shouldCallTheDatedInterfaceAsOpenAisOwnClientDoes() throws Exception {
        try (FaultServer server = new FaultServer(FaultServer.answering(FaultServer.json(ANSWER)))) {
            // When
            ask(OpenAIOkHttpClient.builder().baseUrl(base(server)).azureUrlPathMode(AzureUrlPathMode.LEGACY)
                    .azureServiceVersion(AzureOpenAIServiceVersion.fromString("2024-10-21"))
                    .credential(AzureApiKeyCredential.create(Calls.CANARY_KEY)).maxRetries(0).build());
            HttpCall http = adapterCall(base(server), Map.of("api-version", "2024-10-21"));

            // Then
            String sent = server.requests().getFirst();
            assertThat(sent).startsWith("POST " + http.uri().getRawPath() + "?" + http.uri().getRawQuery() + " HTTP/1.1");
            assertThat(sent.toLowerCase()).contains("api-key: " + Calls.CANARY_KEY);
            assertThat(http.headers()).contains(new HttpCall.Header("api-key", Calls.CANARY_KEY));
            // It repeats the model in the body, where Azure does not read it.
            assertThat(Json.readObject(http.body())).isEqualTo(body(sent).without("model"));
        }
    }

    @Test
    void shouldCallTheUndatedInterfaceAsOpenAisOwnClientDoes() throws Exception {
        try (FaultServer server = new FaultServer(FaultServer.answering(FaultServer.json(ANSWER)))) {
            // When
            ChatCompletion read = ask(OpenAIOkHttpClient.builder().baseUrl(base(server) + "/openai/v1")
                    .azureUrlPathMode(AzureUrlPathMode.UNIFIED)
                    .credential(BearerTokenCredential.create(() -> Calls.CANARY_KEY)).maxRetries(0).build());
            HttpCall http = adapterCall(base(server), Map.of("auth", "entra"));

            // Then
            String sent = server.requests().getFirst();
            assertThat(sent).startsWith("POST " + http.uri().getRawPath() + " HTTP/1.1");
            assertThat(sent).contains("Authorization: Bearer " + Calls.CANARY_KEY);
            assertThat(http.headers()).contains(new HttpCall.Header("Authorization", "Bearer " + Calls.CANARY_KEY));
            assertThat(Json.readObject(http.body())).isEqualTo(body(sent));
            assertThat(read.validate().choices().getFirst().message().content()).hasValue("hi");
        }
    }

    private static ChatCompletion ask(OpenAIClient client) {
        try {
            return client.chat().completions().create(
                    ChatCompletionCreateParams.builder().model("gpt-x").addSystemMessage("s").addUserMessage("hi")
                            .maxCompletionTokens(7).temperature(0.5).build());
        } finally {
            client.close();
        }
    }

    private static HttpCall adapterCall(String endpoint, Map<String, String> settings) {
        ProviderCall given = Calls.with(Calls.requestWith(",\"max_tokens\":7,\"temperature\":0.5", Calls.message("system", "s"),
                Calls.user("hi")), settings, Set.of());
        DeploymentEntry deployment = DeploymentEntry.newBuilder(given.deployment()).setEndpoint(endpoint).setModel("gpt-x")
                .build();
        return new AzureAdapter().toHttp(new ProviderCall(given.request(), deployment, Map.of(), given.credential(),
                given.clientRequestId(), Set.of(), given.now()));
    }

    private static ObjectNode body(String request) {
        return Json.readObject(request.substring(request.indexOf("\r\n\r\n") + 4));
    }

    private static String base(FaultServer server) {
        String uri = server.uri().toString();
        return uri.substring(0, uri.indexOf("/v1/"));
    }
}
