package io.spillway.simulator;

import static io.spillway.simulator.testing.ChatClient.json;
import static io.spillway.simulator.testing.ChatClient.openAiBody;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.spillway.simulator.testing.ChatClient;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Cohere, Ollama, Mistral and Azure on the wire. */
class CompatibleWireTest {

    private static final String COHERE = "/v2/chat";
    private static final String OLLAMA = "/api/chat";
    private static final String MISTRAL = "/mistral/v1/chat/completions";
    private static final String AZURE = "/openai/v1/chat/completions";
    private static final String AZURE_DATED = "/openai/deployments/m/chat/completions?api-version=2024-10-21";

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

    private HttpResponse<String> post(String path, String body) throws Exception {
        return client.send("POST", path, body);
    }

    /** Without a stream, which is Ollama's default. */
    private static String ask(String model) {
        return openAiBody(model, "hello").replace("{\"model\"", "{\"stream\":false,\"model\"");
    }

    @ParameterizedTest
    @CsvSource({"/v2/chat,/message/content/0/text,/finish_reason,COMPLETE,/usage/tokens/output_tokens",
            "/api/chat,/message/content,/done_reason,stop,/eval_count",
            "/mistral/v1/chat/completions,/choices/0/message/content,/choices/0/finish_reason,stop,/usage/completion_tokens",
            "/openai/v1/chat/completions,/choices/0/message/content,/choices/0/finish_reason,stop,/usage/completion_tokens"})
    void shouldAnswerInItsOwnShape(String path, String text, String finish, String reason, String tokens) throws Exception {
        start(SimulatorConfig.of("p"));

        HttpResponse<String> response = post(path, ask("m"));

        JsonNode body = json(response.body());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(body.at(text).asText()).contains("hello");
        assertThat(body.at(finish).asText()).isEqualTo(reason);
        assertThat(provider.calls().paid().getFirst().completionTokens()).isEqualTo(body.at(tokens).asInt()).isPositive();
        assertThat(provider.calls().paid().getFirst().model()).isEqualTo("m");
    }

    @Test
    void shouldCallToolsInEachShape() throws Exception {
        start(SimulatorConfig.of("p"));
        String tools = ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"hello\",\"parameters\":{\"type\":\"object\","
                + "\"properties\":{\"key\":{\"type\":\"string\"}}}}}]}";
        String body = ask("m").replaceAll("}$", tools);

        JsonNode cohere = json(post(COHERE, body).body());
        assertThat(cohere.at("/finish_reason").asText()).isEqualTo("TOOL_CALL");
        assertThat(json(cohere.at("/message/tool_calls/0/function/arguments").asText())).isEqualTo(json("{\"key\":\"sample\"}"));
        JsonNode ollama = json(post(OLLAMA, body).body());
        assertThat(ollama.at("/message/tool_calls/0/function/arguments")).isEqualTo(json("{\"key\":\"sample\"}"));
        JsonNode mistral = json(post(MISTRAL, body).body());
        assertThat(mistral.at("/choices/0/message/tool_calls/0/id").asText()).matches("[A-Za-z0-9]{9}");
        JsonNode azure = json(post(AZURE, body).body());
        assertThat(azure.at("/choices/0/finish_reason").asText()).isEqualTo("tool_calls");
        assertThat(azure.at("/choices/0/content_filter_results/hate/severity").asText()).isEqualTo("safe");
    }

    @Test
    void shouldWordErrorsAsEachOfThemDoes() throws Exception {
        start(SimulatorConfig.of("p").withRules(Rules.standard().withModels(Set.of("m")).withContextWindow(300)));
        String huge = ask("m").replace("hello", "x".repeat(2000));

        assertThat(json(post(COHERE, ask("other")).body()).path("message").asText()).contains("model 'other' not found");
        assertThat(json(post(COHERE, huge).body()).path("message").asText()).startsWith("too many tokens");
        assertThat(json(post(OLLAMA, ask("other")).body()).path("error").asText()).isEqualTo("model 'other' not found");
        assertThat(json(post(OLLAMA, huge).body()).path("error").asText()).contains("exceeds the context length");
        assertThat(json(post(MISTRAL, ask("other")).body()).path("type").asText()).isEqualTo("invalid_model");
        assertThat(json(post(MISTRAL, huge).body()).path("code").asText()).isEqualTo("3051");
        assertThat(json(post(AZURE, ask("other")).body()).at("/error/code").asText()).isEqualTo("DeploymentNotFound");
        assertThat(json(post(AZURE, huge).body()).at("/error/code").asText()).isEqualTo("context_length_exceeded");
        provider.behave(new Behaviour.ErrorStatus(400, "content_filter", "The prompt was filtered"));
        assertThat(json(post(AZURE, ask("m")).body()).at("/error/innererror/code").asText())
                .isEqualTo("ResponsibleAIPolicyViolation");
        assertThat(provider.calls().paidCount()).isZero();
    }

    @Test
    void shouldLimitAndFailAsEachOfThemDoes() throws Exception {
        start(SimulatorConfig.of("p"));
        provider.behave(Behaviour.RateLimited.of(Duration.ofMillis(1500)));
        assertThat(json(post(COHERE, ask("m")).body()).has("message")).isTrue();
        assertThat(json(post(OLLAMA, ask("m")).body()).path("error").isTextual()).isTrue();
        HttpResponse<String> mistral = post(MISTRAL, ask("m"));
        assertThat(json(mistral.body()).path("code").asText()).isEqualTo("1300");
        assertThat(mistral.headers().firstValue("retry-after")).hasValue("2");
        HttpResponse<String> azure = post(AZURE, ask("m"));
        assertThat(json(azure.body()).at("/error/code").asText()).isEqualTo("429");
        assertThat(azure.headers().firstValue("retry-after-ms")).hasValue("1500");
        provider.behave(new Behaviour.Outage(Behaviour.Outage.Mode.UNAVAILABLE));
        for (String path : Set.of(COHERE, OLLAMA, MISTRAL, AZURE)) {
            assertThat(post(path, ask("m")).statusCode()).isEqualTo(503);
        }
    }

    @Test
    void shouldFindAzuresDeploymentInThePath() throws Exception {
        start(SimulatorConfig.of("p"));
        String body = ask("m").replace("\"model\":\"m\",", "");

        assertThat(post(AZURE_DATED, body).statusCode()).isEqualTo(200);
        assertThat(provider.calls().paid().getFirst().model()).isEqualTo("m");
        assertThat(post(AZURE_DATED.substring(0, AZURE_DATED.indexOf('?')), body).statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"seed\":1", "\"max_completion_tokens\":5", "\"user\":\"u\"", "\"stream_options\":{}"})
    void shouldRefuseFieldsThatMistralAndCohereDoNotKnow(String field) throws Exception {
        start(SimulatorConfig.of("p"));
        String body = ask("m").replace("{\"stream\"", "{" + field + ",\"stream\"");
        HttpResponse<String> mistral = post(MISTRAL, body);
        assertThat(mistral.statusCode()).isEqualTo(422);
        assertThat(json(mistral.body()).at("/detail/0/type").asText()).isEqualTo("extra_forbidden");
        if (!field.startsWith("\"seed")) {
            HttpResponse<String> cohere = post(COHERE, body);
            assertThat(cohere.statusCode()).isEqualTo(422);
            assertThat(cohere.body()).contains("is not a valid field");
        }
    }

    @Test
    void shouldInsistOnMistralsIdsAndOrder() throws Exception {
        start(SimulatorConfig.of("p"));
        String talk = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"assistant\",\"content\":\"\","
                + "\"tool_calls\":[{\"id\":\"ID\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]},"
                + "{\"role\":\"tool\",\"tool_call_id\":\"ID\",\"content\":\"r\"}MORE]}";
        assertThat(post(MISTRAL, talk.replace("ID", "abcDEF123").replace("MORE", "")).statusCode()).isEqualTo(200);
        assertThat(post(MISTRAL, talk.replace("ID", "call_1").replace("MORE", "")).body()).contains("length of 9");
        String user = ",{\"role\":\"user\",\"content\":\"b\"}";
        assertThat(json(post(MISTRAL, talk.replace("ID", "abcDEF123").replace("MORE", user)).body()).path("code").asText())
                .isEqualTo("3230");
    }

    @Test
    void shouldStreamLinesUnlessOllamaIsToldNotTo() throws Exception {
        start(SimulatorConfig.of("p"));
        HttpResponse<String> response = post(OLLAMA, openAiBody("m", "hello"));
        String[] lines = response.body().split("\n");
        assertThat(response.headers().firstValue("content-type")).hasValue("application/x-ndjson");
        assertThat(lines).hasSizeGreaterThan(2);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < lines.length; i++) {
            assertThat(json(lines[i]).path("done").asBoolean()).isEqualTo(i == lines.length - 1);
            text.append(json(lines[i]).at("/message/content").asText());
        }
        assertThat(text).contains("hello");
    }
}
