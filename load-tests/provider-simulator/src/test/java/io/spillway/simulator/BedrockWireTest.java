package io.spillway.simulator;

import static io.spillway.simulator.testing.ChatClient.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.spillway.simulator.testing.ChatClient;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BedrockWireTest {

    private static final String MODEL = "us.anthropic.claude-x-v1:0";
    private static final String UNARY = "/model/us.anthropic.claude-x-v1%3A0/converse";
    private static final String TOOL = "\"toolConfig\":{\"tools\":[{\"toolSpec\":{\"name\":\"look_up\",\"inputSchema\":{\"json\":"
            + "{\"type\":\"object\",\"properties\":{\"key\":{\"type\":\"string\"}}}}}}]}";

    private SimulatedProvider provider;
    private ChatClient client;

    private void start(SimulatorConfig config) {
        provider = SimulatedProvider.start(config);
        client = new ChatClient(provider.baseUri());
    }

    @AfterEach
    void stop() {
        client.close();
        provider.close();
    }

    private static String user(String prompt) {
        return "{\"role\":\"user\",\"content\":[{\"text\":\"" + prompt + "\"}]}";
    }

    private static String body(String prompt) {
        return "{\"messages\":[" + user(prompt) + "]}";
    }

    @Test
    void shouldAnswerWithTheFieldsOfARealAnswer() throws Exception {
        start(SimulatorConfig.of("bedrock").withTokens(new Tokens(4, 48, 0, 0.25)));

        HttpResponse<String> response = client.send("POST", UNARY, body("long ".repeat(1000)));

        JsonNode answer = json(response.body());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("x-amzn-requestid")).isPresent();
        assertThat(answer.at("/output/message/role").asText()).isEqualTo("assistant");
        assertThat(answer.at("/output/message/content/0/text").asText()).contains("long long");
        assertThat(answer.path("stopReason").asText()).isEqualTo("end_turn");
        assertThat(answer.at("/usage/inputTokens").asInt()).isEqualTo(1253 - 313);
        assertThat(answer.at("/usage/cacheReadInputTokens").asInt()).isEqualTo(313);
        assertThat(provider.calls().paid().getFirst().model()).isEqualTo(MODEL);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"{\"messages\":[]}|Value at 'messages'",
            "{\"messages\":[{\"role\":\"assistant\",\"content\":[{\"text\":\"x\"}]}]}|must start with a user message",
            "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"x\"}]},{\"role\":\"user\",\"content\":[{\"text\":\"x\"}]}]}|must alternate",
            "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\" \"}]}]}|is blank",
            "{\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}|content field in the Message object is empty",
            "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"x\",\"image\":{}}]}]}|exactly one member",
            "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\"}]}]}|extraneous key [type]",
            "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"x\"}]}],\"max_tokens\":5}|extraneous key [max_tokens]",
            "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"x\"}]}],\"inferenceConfig\":{\"temperature\":1.5}}|inferenceConfig.temperature",
            "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"x\"}]}],\"toolConfig\":{\"tools\":[]}}|toolConfig.tools",
            "{\"messages\":[{\"role\":\"user\",\"content\":[{\"image\":{\"format\":\"tiff\",\"source\":{\"bytes\":\"QUJD\"}}}]}]}|process image",
            "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"x\"}]}],\"outputConfig\":{\"textFormat\":{\"type\":\"json_schema\",\"structure\":{\"jsonSchema\":{\"schema\":{}}}}}}|JSON document as text"})
    void shouldRefuseWrongRequestsInRealWords(String body, String words) throws Exception {
        start(SimulatorConfig.of("bedrock"));
        assertError(client.send("POST", UNARY, body), 400, "ValidationException", words);
    }

    @Test
    void shouldWantEveryToolCallAnswered() throws Exception {
        start(SimulatorConfig.of("bedrock"));
        JsonNode called = json(client.send("POST", UNARY, "{\"messages\":[" + user("look_up it") + "]," + TOOL + "}").body());
        JsonNode use = called.at("/output/message/content/0/toolUse");
        assertThat(use.path("input")).isEqualTo(json("{\"key\":\"sample\"}"));
        String history = user("look_up it") + "," + called.at("/output/message");
        String result = ",{\"role\":\"user\",\"content\":[{\"toolResult\":{\"toolUseId\":\"" + use.path("toolUseId").asText()
                + "\",\"content\":[{\"text\":\"x\"}]}}]}";

        HttpResponse<String> after = client.send("POST", UNARY, "{\"messages\":[" + history + result + "]," + TOOL + "}");

        assertThat(json(after.body()).at("/output/message/content/0/text").asText()).isNotEmpty();
        assertError(client.send("POST", UNARY, "{\"messages\":[" + history + "," + user("well") + "]," + TOOL + "}"), 400,
                "ValidationException", "Expected toolResult blocks");
        assertError(client.send("POST", UNARY, "{\"messages\":[" + history + result + "]}"), 400, "ValidationException",
                "toolConfig field must be defined");
    }

    @Test
    void shouldFailInTheWordsOfTheApi() throws Exception {
        start(SimulatorConfig.of("bedrock").withRules(
                Rules.standard().withApiKey("key-1").withModels(Set.of(MODEL)).withContextWindow(300)));
        assertError(client.send("POST", UNARY, body("x")), 403, "MissingAuthenticationTokenException", "Missing");
        assertError(sendWithKey(UNARY, body("x"), "key-2"), 403, "UnrecognizedClientException",
                "security token");
        assertError(sendWithKey(UNARY.replace("claude", "other"), body("x"), "key-1"), 400,
                "ValidationException", "model identifier is invalid");
        assertError(sendWithKey(UNARY, body("long ".repeat(1000)), "key-1"), 400,
                "ValidationException", "Input is too long for requested model");
        assertError(sendWithKey(UNARY, "no JSON", "key-1"), 400, "SerializationException", "JSON");
        provider.behave(new Behaviour.RateLimited(java.util.Optional.of(java.time.Duration.ofSeconds(2)), 429, ""));
        HttpResponse<String> limited = client.send("POST", UNARY, body("x"));
        assertError(limited, 429, "ThrottlingException", "Too many requests");
        assertThat(limited.headers().firstValue("retry-after")).isEmpty();
        provider.behave(new Behaviour.ErrorStatus(429, "ModelNotReadyException", ""));
        assertError(client.send("POST", UNARY, body("x")), 429, "ModelNotReadyException", "");
        provider.behave(new Behaviour.Outage(Behaviour.Outage.Mode.UNAVAILABLE));
        assertError(client.send("POST", UNARY, body("x")), 503, "ServiceUnavailableException", "unable to process");
    }

    private HttpResponse<String> sendWithKey(String path, String body, String key) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(HttpRequest.newBuilder(provider.baseUri().resolve(path)).header("Authorization", "Bearer " + key)
                    .POST(HttpRequest.BodyPublishers.ofString(body)).build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    private static void assertError(HttpResponse<String> response, int status, String type, String words) throws Exception {
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().firstValue("x-amzn-errortype").orElse("")).startsWith(type + ":http");
        assertThat(json(response.body()).path("message").asText()).contains(words);
        assertThat(json(response.body()).size()).isEqualTo(1);
    }
}
