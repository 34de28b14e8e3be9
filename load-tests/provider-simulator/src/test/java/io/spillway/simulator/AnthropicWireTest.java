package io.spillway.simulator;

import static io.spillway.simulator.testing.ChatClient.anthropicBody;
import static io.spillway.simulator.testing.ChatClient.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.spillway.simulator.testing.ChatClient;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AnthropicWireTest {

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
    void shouldAnswerWithAllFieldsAndHeadersOfRealMessage() throws Exception {
        start(SimulatorConfig.of("anthropic").withTokens(Tokens.standard().withCachedShare(0.25)));

        HttpResponse<String> response = client.anthropic(anthropicBody("claude-sonnet-5", "long ".repeat(1000)));

        JsonNode body = json(response.body());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(body.path("id").asText()).startsWith("msg_01");
        assertThat(body.path("type").asText()).isEqualTo("message");
        assertThat(body.path("role").asText()).isEqualTo("assistant");
        assertThat(body.path("model").asText()).isEqualTo("claude-sonnet-5-20260715");
        assertThat(body.path("content").path(0).path("type").asText()).isEqualTo("text");
        assertThat(body.path("content").path(0).path("text").asText()).contains("long long");
        assertThat(body.path("stop_reason").asText()).isEqualTo("end_turn");
        assertThat(body.has("stop_sequence")).isTrue();
        JsonNode usage = body.path("usage");
        assertThat(usage.path("cache_read_input_tokens").asInt()).isEqualTo(313);
        assertThat(usage.path("input_tokens").asInt()).isEqualTo(1253 - 313);
        assertThat(provider.calls().paid().getFirst().promptTokens()).isEqualTo(1253);
        assertThat(provider.calls().paid().getFirst().completionTokens()).isEqualTo(usage.path("output_tokens").asInt());
        assertThat(response.headers().map()).containsKeys("request-id", "anthropic-organization-id",
                "anthropic-ratelimit-requests-limit", "anthropic-ratelimit-requests-remaining",
                "anthropic-ratelimit-tokens-limit",
                "anthropic-ratelimit-input-tokens-remaining", "anthropic-ratelimit-output-tokens-reset");
        assertThat(Instant.parse(response.headers().firstValue("anthropic-ratelimit-requests-reset").orElseThrow()))
                .isBefore(Instant.now().plusSeconds(5));
    }

    @Test
    void shouldStopAtMaxTokens() throws Exception {
        start(SimulatorConfig.of("anthropic"));

        JsonNode body = json(client.anthropic(
                """
                        {"model":"claude-haiku-4-5","max_tokens":3,"messages":[{"role":"user","content":[{"type":"text","text":"hi"}]}]}""")
                .body());

        assertThat(body.path("stop_reason").asText()).isEqualTo("max_tokens");
        assertThat(body.path("usage").path("output_tokens").asInt()).isEqualTo(3);
        assertThat(body.path("content").path(0).path("text").asText()).hasSize(12);
    }

    @Test
    void shouldUseToolWithObjectInput() throws Exception {
        start(SimulatorConfig.of("anthropic"));

        JsonNode body = json(client.anthropic("""
                {"model":"c","max_tokens":99,"messages":[{"role":"user","content":"hi"}],"tool_choice":{"type":"any"},
                "tools":[{"name":"look_up","input_schema":{"type":"object","properties":{"key":{"type":"string"}}}}]}""").body());

        assertThat(body.path("stop_reason").asText()).isEqualTo("tool_use");
        JsonNode block = body.path("content").path(0);
        assertThat(block.path("type").asText()).isEqualTo("tool_use");
        assertThat(block.path("id").asText()).startsWith("toolu_01");
        assertThat(block.path("name").asText()).isEqualTo("look_up");
        assertThat(block.path("input")).isEqualTo(json("{\"key\":\"sample\"}"));
    }

    @Test
    void shouldRefuseWrongRequestsInRealWords() throws Exception {
        start(SimulatorConfig.of("anthropic")
                .withRules(Rules.standard().withModels(Set.of("claude-sonnet-5")).withContextWindow(300)));
        String good = anthropicBody("claude-sonnet-5", "x");

        assertError(client.bareAnthropic(good), 400, "invalid_request_error", "anthropic-version: header is required");
        assertError(client.bareAnthropic(good, "anthropic-version", "1999-01-01"), 400, "invalid_request_error", "1999-01-01");
        assertError(client.anthropic("[]"), 400, "invalid_request_error", "not valid JSON");
        assertError(client.anthropic("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"), 400,
                "invalid_request_error", "max_tokens: Field required");
        assertError(client.anthropic("{\"model\":\"m\",\"max_tokens\":1}"), 400, "invalid_request_error",
                "messages: Field required");
        assertError(client.anthropic("{\"max_tokens\":1}"), 400, "invalid_request_error", "model: Field required");
        assertError(client.anthropic("{\"model\":\"m\",\"max_tokens\":1,\"messages\":[{\"role\":\"system\",\"content\":\"x\"}]}"),
                400,
                "invalid_request_error", "top-level `system`");
        assertError(client.anthropic("{\"model\":\"m\",\"max_tokens\":1,\"messages\":[{\"role\":\"tool\",\"content\":\"x\"}]}"),
                400,
                "invalid_request_error", "messages.0.role");
        assertError(client.anthropic(good.replace("\"max_tokens\"", "\"temperature\":1.5,\"max_tokens\"")), 400,
                "invalid_request_error", "temperature");
        assertError(client.bareAnthropic(good.replace("\"max_tokens\"", "\"temperature\":1,\"max_tokens\""), "anthropic-version",
                "2026-10-21"), 400, "invalid_request_error", "temperature: Extra inputs");
        assertError(client.anthropic(anthropicBody("claude-0", "x")), 404, "not_found_error", "claude-0");
        assertError(client.anthropic(anthropicBody("claude-sonnet-5", "x".repeat(2000))), 400, "invalid_request_error",
                "prompt is too long: 503 tokens > 300 maximum");
        assertError(client.anthropic(anthropicBody("claude-sonnet-5", "x".repeat(500))), 400, "invalid_request_error",
                "input length and `max_tokens` exceed context limit: 128 + 200 > 300");
        assertThat(client.anthropic(good).statusCode()).isEqualTo(200);
        assertThat(provider.calls().paidCount()).isEqualTo(1);
    }

    @Test
    void shouldTakeKeyFromEitherHeader() throws Exception {
        start(SimulatorConfig.of("anthropic").withRules(Rules.standard().withApiKey("sk-ant-right")));
        String body = anthropicBody("claude-sonnet-5", "x");

        assertThat(client.anthropic(body, "x-api-key", "sk-ant-right").statusCode()).isEqualTo(200);
        assertThat(client.anthropic(body, "Authorization", "Bearer sk-ant-right").statusCode()).isEqualTo(200);
        assertError(client.anthropic(body, "x-api-key", "wrong"), 401, "authentication_error", "invalid x-api-key");
        assertError(client.anthropic(body), 401, "authentication_error", "x-api-key header is required");
    }

    private static void assertError(HttpResponse<String> response, int status, String type, String message) {
        JsonNode body = json(response.body());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(body.path("type").asText()).isEqualTo("error");
        assertThat(body.path("error").path("type").asText()).isEqualTo(type);
        assertThat(body.path("error").path("message").asText()).contains(message);
        assertThat(response.headers().firstValue("request-id")).hasValue(body.path("request_id").asText());
    }

    @Test
    void shouldGiveErrorCodesInDetails() throws Exception {
        start(SimulatorConfig.of("anthropic"));
        provider.behave(new Behaviour.ErrorStatus(429, "enforced_spend_limit_reached", ""));

        HttpResponse<String> spend = client.anthropic(anthropicBody("c", "x"));
        provider.behave(new Behaviour.ErrorStatus(529, "overloaded_error", ""));
        HttpResponse<String> overloaded = client.anthropic(anthropicBody("c", "x"));

        assertError(spend, 429, "rate_limit_error", "");
        assertThat(json(spend.body()).path("error").path("details").path("error_code").asText())
                .isEqualTo("enforced_spend_limit_reached");
        assertThat(spend.headers().firstValue("retry-after")).isEmpty();
        assertError(overloaded, 529, "overloaded_error", "Overloaded");
        assertThat(json(overloaded.body()).path("error").has("details")).isFalse();
    }

    @Test
    void shouldStreamNamedEventsThatAddUpToAnswer() throws Exception {
        start(SimulatorConfig.of("anthropic"));
        String body = anthropicBody("c", "stream please");

        JsonNode whole = json(client.anthropic(body).body());
        List<String> events = OpenAiWireTest
                .events(client.anthropic(body.replace("\"max_tokens\"", "\"stream\":true,\"max_tokens\""))
                        .body());

        List<String> names = events.stream().map(event -> event.substring(7, event.indexOf('\n'))).distinct().toList();
        assertThat(names).containsExactly("message_start", "content_block_start", "ping", "content_block_delta",
                "content_block_stop", "message_delta", "message_stop");
        StringBuilder text = new StringBuilder();
        JsonNode end = null;
        for (String event : events) {
            JsonNode data = json(event.substring(event.indexOf("\ndata: ") + 7));
            text.append(data.path("delta").path("text").asText(""));
            end = data.path("type").asText().equals("message_delta") ? data : end;
        }
        assertThat(text.toString()).isEqualTo(whole.path("content").path(0).path("text").asText());
        assertThat(end.path("usage").path("output_tokens")).isEqualTo(whole.path("usage").path("output_tokens"));
        assertThat(end.path("delta").path("stop_reason").asText()).isEqualTo("end_turn");
    }
}
