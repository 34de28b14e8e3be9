package io.spillway.simulator;

import static io.spillway.simulator.testing.ChatClient.json;
import static io.spillway.simulator.testing.ChatClient.openAiBody;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.spillway.simulator.testing.ChatClient;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OpenAiWireTest {

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

    @Test
    void shouldAnswerWithAllFieldsAndHeadersOfRealCompletion() throws Exception {
        start(SimulatorConfig.of("openai").withTokens(Tokens.standard().withReasoningTokens(7)));

        HttpResponse<String> response = client.openAi(openAiBody("gpt-4o", "What is a spillway?"), "Authorization", "Bearer any");

        JsonNode body = json(response.body());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(body.path("id").asText()).startsWith("chatcmpl-");
        assertThat(body.path("object").asText()).isEqualTo("chat.completion");
        assertThat(body.path("created").isIntegralNumber()).isTrue();
        assertThat(body.path("model").asText()).isEqualTo("gpt-4o-2026-08-21");
        JsonNode choice = body.path("choices").path(0);
        assertThat(choice.path("finish_reason").asText()).isEqualTo("stop");
        assertThat(choice.path("message").path("role").asText()).isEqualTo("assistant");
        assertThat(choice.path("message").path("content").asText()).contains("gpt-4o", "What is a spillway?");
        assertThat(choice.path("message").has("refusal")).isTrue();
        JsonNode usage = body.path("usage");
        assertThat(usage.path("prompt_tokens").asInt()).isEqualTo(5 + 3);
        int visible = (choice.path("message").path("content").asText().length() + 3) / 4;
        assertThat(usage.path("completion_tokens").asInt()).isEqualTo(visible + 7);
        assertThat(usage.path("total_tokens").asInt()).isEqualTo(8 + visible + 7);
        assertThat(usage.path("completion_tokens_details").path("reasoning_tokens").asInt()).isEqualTo(7);
        assertThat(usage.path("prompt_tokens_details").path("cached_tokens").asInt()).isZero();
        assertThat(response.headers().map()).containsKeys("x-request-id", "openai-processing-ms", "openai-organization",
                "x-ratelimit-limit-requests", "x-ratelimit-remaining-requests", "x-ratelimit-reset-requests",
                "x-ratelimit-limit-tokens", "x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens");
    }

    @Test
    void shouldKeepDatedModelNames() throws Exception {
        start(SimulatorConfig.of("openai"));

        assertThat(json(client.openAi(openAiBody("gpt-4o-2024-08-06", "x")).body()).path("model").asText())
                .isEqualTo("gpt-4o-2024-08-06");
    }

    @Test
    void shouldRepeatAnswerForSamePromptAndGiveAllChoices() throws Exception {
        start(SimulatorConfig.of("openai"));
        String body = "{\"model\":\"m\",\"n\":3,\"messages\":[{\"role\":\"user\",\"content\":\"same\"}]}";

        JsonNode first = json(client.openAi(body).body());
        JsonNode second = json(client.openAi(body).body());

        assertThat(first.path("choices")).hasSize(3).isEqualTo(second.path("choices"));
        assertThat(first.path("id")).isNotEqualTo(second.path("id"));
        int one = (first.path("choices").path(0).path("message").path("content").asText().length() + 3) / 4;
        assertThat(first.path("usage").path("completion_tokens").asInt()).isEqualTo(3 * one);
    }

    @Test
    void shouldCutAnswerAtMaxTokens() throws Exception {
        start(SimulatorConfig.of("openai"));

        JsonNode body = json(client.openAi("""
                {"model":"gpt-4o","max_tokens":5,"messages":[{"role":"user","content":"Tell me a lot"}]}""").body());

        assertThat(body.path("choices").path(0).path("finish_reason").asText()).isEqualTo("length");
        assertThat(body.path("choices").path(0).path("message").path("content").asText()).hasSize(20);
        assertThat(body.path("usage").path("completion_tokens").asInt()).isEqualTo(5);
    }

    @Test
    void shouldReportCachedShareOfLongPrompts() throws Exception {
        start(SimulatorConfig.of("openai").withTokens(Tokens.standard().withCachedShare(0.5)));

        JsonNode usage = json(client.openAi(openAiBody("m", "word ".repeat(1000))).body()).path("usage");

        assertThat(usage.path("prompt_tokens").asInt()).isEqualTo(1253);
        assertThat(usage.path("prompt_tokens_details").path("cached_tokens").asInt()).isEqualTo(626);
    }

    @Test
    void shouldCallToolWhenForcedOrNamed() throws Exception {
        start(SimulatorConfig.of("openai"));
        String tools = """
                "tools":[{"type":"function","function":{"name":"get_weather","parameters":{"type":"object","properties":{
                  "city":{"type":"string"},"days":{"type":"integer","minimum":2},"unit":{"enum":["C","F"]},
                  "spots":{"type":"array","items":{"$ref":"#/$defs/spot"}}},"$defs":{"spot":{"type":"boolean"}}}}}]""";

        JsonNode named = choice(
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"use get_weather\"}]," + tools + "}");
        JsonNode forced = choice("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
                + "\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"get_weather\"}}," + tools + "}");
        JsonNode forbidden = choice("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"use get_weather\"}],"
                + "\"tool_choice\":\"none\"," + tools + "}");
        JsonNode afterResult = choice("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"use get_weather\"},"
                + "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"c\",\"type\":\"function\",\"function\":"
                + "{\"name\":\"get_weather\",\"arguments\":\"{}\"}}]},"
                + "{\"role\":\"tool\",\"tool_call_id\":\"c\",\"content\":\"sunny\"}]," + tools + "}");

        for (JsonNode choice : List.of(named, forced)) {
            JsonNode call = choice.path("message").path("tool_calls").path(0);
            assertThat(choice.path("finish_reason").asText()).isEqualTo("tool_calls");
            assertThat(choice.path("message").path("content").isNull()).isTrue();
            assertThat(call.path("id").asText()).startsWith("call_");
            assertThat(call.path("function").path("name").asText()).isEqualTo("get_weather");
            assertThat(json(call.path("function").path("arguments").asText()))
                    .isEqualTo(json("{\"city\":\"sample\",\"days\":2,\"unit\":\"C\",\"spots\":[true]}"));
        }
        assertThat(forbidden.path("finish_reason").asText()).isEqualTo("stop");
        assertThat(afterResult.path("finish_reason").asText()).isEqualTo("stop");
    }

    private JsonNode choice(String body) throws IOException, InterruptedException {
        HttpResponse<String> response = client.openAi(body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return json(response.body()).path("choices").path(0);
    }

    @Test
    void shouldAnswerInJsonWhenAsked() throws Exception {
        start(SimulatorConfig.of("openai"));

        JsonNode object = choice("""
                {"model":"m","messages":[{"role":"user","content":"give json"}],"response_format":{"type":"json_object"}}""");
        JsonNode schema = choice(
                """
                        {"model":"m","messages":[{"role":"user","content":"x"}],"response_format":{"type":"json_schema","json_schema":{"name":"s",
                        "strict":true,"schema":{"type":"object","properties":{"score":{"type":"number"},"ok":{"type":"boolean"}}}}}}""");

        assertThat(json(object.path("message").path("content").asText()).isObject()).isTrue();
        assertThat(json(schema.path("message").path("content").asText())).isEqualTo(json("{\"score\":1.0,\"ok\":true}"));
    }

    @Test
    void shouldRefuseWrongRequestsInRealWords() throws Exception {
        start(SimulatorConfig.of("openai").withRules(Rules.standard().withModels(Set.of("gpt-4o", "o3")).withContextWindow(100)));

        assertError(client.openAi("{oops"), 400, "invalid_request_error", null, null, "could not parse the JSON body");
        assertError(client.openAi("{\"messages\":[]}"), 400, "invalid_request_error", null, null, "model parameter");
        assertError(client.openAi("{\"model\":\"gpt-4o\"}"), 400, "invalid_request_error", "missing_required_parameter",
                "messages",
                "'messages'");
        assertError(client.openAi("{\"model\":\"gpt-4o\",\"messages\":[]}"), 400, "invalid_request_error", "empty_array",
                "messages",
                "empty array");
        assertError(client.openAi("{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"robot\",\"content\":\"x\"}]}"), 400,
                "invalid_request_error", "invalid_value", "messages[0].role", "'robot'");
        assertError(client.openAi("{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"user\",\"content\":null}]}"), 400,
                "invalid_request_error", null, "messages[0].content", "null");
        assertError(
                client.openAi("{\"model\":\"gpt-4o\",\"temperature\":3,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"),
                400,
                "invalid_request_error", "decimal_above_max_value", "temperature", "<= 2");
        assertError(client.openAi("{\"model\":\"o3\",\"max_tokens\":3,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"),
                400,
                "invalid_request_error", "unsupported_parameter", "max_tokens", "max_completion_tokens");
        assertError(client.openAi(openAiBody("gpt-9", "x")), 404, "invalid_request_error", "model_not_found", null, "gpt-9");
        assertError(client.openAi(openAiBody("gpt-4o", "x".repeat(500))), 400, "invalid_request_error", "context_length_exceeded",
                "messages", "maximum context length is 100 tokens");
        assertError(
                client.openAi("{\"model\":\"gpt-4o\",\"max_tokens\":99,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"),
                400,
                "invalid_request_error", "context_length_exceeded", "messages", "99 in the completion");
        assertError(client.send("GET", ChatClient.OPENAI, ""), 405, "invalid_request_error", "method_not_supported", null, "GET");
        assertError(client.send("POST", "/v1/nothing", "{}"), 404, "invalid_request_error", null, null, "Invalid URL");
        assertThat(provider.calls().paidCount()).isZero();
        assertThat(provider.calls().countsByOutcome()).containsOnlyKeys(CallOutcome.REJECTED).containsValue(12L);
    }

    @Test
    void shouldCheckKeyWhenOneIsExpected() throws Exception {
        start(SimulatorConfig.of("openai").withRules(Rules.standard().withApiKey("sk-right")));
        String body = openAiBody("gpt-4o", "x");

        assertError(client.openAi(body), 401, "invalid_request_error", null, null, "didn't provide an API key");
        assertError(client.openAi(body, "Authorization", "Bearer sk-wrong"), 401, "invalid_request_error", "invalid_api_key",
                null,
                "Incorrect API key");
        assertThat(client.openAi(body, "Authorization", "Bearer sk-right").statusCode()).isEqualTo(200);
        assertThat(provider.config().toString()).doesNotContain("sk-right");
    }

    static void assertError(HttpResponse<String> response, int status, String type, String code, String param, String message) {
        JsonNode error = json(response.body()).path("error");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(error.path("type").asText()).isEqualTo(type);
        assertThat(error.path("code").textValue()).isEqualTo(code);
        assertThat(error.path("param").textValue()).isEqualTo(param);
        assertThat(error.path("message").asText()).contains(message);
    }

    @Test
    void shouldStreamChunksThatAddUpToAnswer() throws Exception {
        start(SimulatorConfig.of("openai"));
        String prompt = "\"messages\":[{\"role\":\"user\",\"content\":\"stream \\u00e4\"}]";

        JsonNode whole = json(client.openAi("{\"model\":\"m\"," + prompt + "}").body());
        HttpResponse<String> response = client.openAi(
                "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true}," + prompt + "}");

        assertThat(response.headers().firstValue("content-type")).hasValue("text/event-stream; charset=utf-8");
        List<String> events = events(response.body());
        assertThat(events.getLast()).isEqualTo("data: [DONE]");
        List<JsonNode> chunks = events.subList(0, events.size() - 1).stream().map(event -> json(event.substring(6))).toList();
        StringBuilder text = new StringBuilder();
        chunks.forEach(chunk -> text.append(chunk.path("choices").path(0).path("delta").path("content").asText("")));
        assertThat(text.toString()).isEqualTo(whole.path("choices").path(0).path("message").path("content").asText());
        assertThat(chunks.getFirst().path("choices").path(0).path("delta").path("role").asText()).isEqualTo("assistant");
        assertThat(chunks.get(chunks.size() - 2).path("choices").path(0).path("finish_reason").asText()).isEqualTo("stop");
        assertThat(chunks.getLast().path("choices")).isEmpty();
        assertThat(chunks.getLast().path("usage")).isEqualTo(whole.path("usage"));
        assertThat(chunks).allMatch(chunk -> chunk.path("object").asText().equals("chat.completion.chunk"));
        assertThat(provider.calls().paidCount()).isEqualTo(2);
    }

    static List<String> events(String body) {
        List<String> events = new ArrayList<>();
        for (String event : body.split("\n\n", -1)) {
            if (!event.isEmpty()) {
                events.add(event);
            }
        }
        return events;
    }
}
