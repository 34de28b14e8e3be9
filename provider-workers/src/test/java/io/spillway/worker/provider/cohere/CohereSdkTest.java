package io.spillway.worker.provider.cohere;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import com.cohere.api.Cohere;
import com.cohere.api.core.CohereApiException;
import com.cohere.api.core.ObjectMappers;
import com.cohere.api.resources.v2.requests.V2ChatRequest;
import com.cohere.api.resources.v2.types.V2ChatRequestToolChoice;
import com.cohere.api.resources.v2.types.V2ChatResponse;
import com.cohere.api.types.ChatMessageV2;
import com.cohere.api.types.JsonResponseFormatV2;
import com.cohere.api.types.ResponseFormatV2;
import com.cohere.api.types.SystemMessageV2;
import com.cohere.api.types.SystemMessageV2Content;
import com.cohere.api.types.ToolV2;
import com.cohere.api.types.ToolV2Function;
import com.cohere.api.types.UserMessageV2;
import com.cohere.api.types.UserMessageV2Content;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.simulator.Behaviour;
import io.spillway.simulator.Rules;
import io.spillway.simulator.SimulatedProvider;
import io.spillway.simulator.SimulatorConfig;
import io.spillway.v1.ChatRequest;
import io.spillway.v1.FailureKind;
import io.spillway.worker.http.FaultServer;
import io.spillway.worker.provider.CallOutcome;
import io.spillway.worker.provider.Calls;
import io.spillway.worker.provider.HttpAnswer;
import io.spillway.worker.provider.HttpCall;
import io.spillway.worker.provider.SampleRequests;
import io.spillway.worker.provider.UntranslatableRequestException;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Cohere's own client as the oracle: it writes the same bytes, understands ours, and reads the answers of our tests. */
class CohereSdkTest {

    /** Reads all numbers alike, so that 0.5f and 0.5 are equal. */
    private static final ObjectMapper PLAIN = JsonMapper.builder().build();

    /** What the dialect cannot say; CohereAdapterTest tells why. */
    private static final Set<String> REFUSED = Set.of("one tool at a time", "penalties", "choices", "logprobs", "OpenAI's own");

    private static final String ANSWER = CohereAdapterTest.answer("\"content\":[{\"type\":\"text\",\"text\":\"hi\"}],"
            + "\"tool_plan\":\"look\",\"tool_calls\":[{\"id\":\"i\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]",
            "TOOL_CALL", ",\"usage\":{\"billed_units\":{\"input_tokens\":3.0,\"output_tokens\":1.0},"
                    + "\"tokens\":{\"input_tokens\":70.0,\"output_tokens\":4.0},\"cached_tokens\":60.0}");

    @Test
    void shouldWriteWhatCoheresOwnClientWrites() throws Exception {
        try (FaultServer server = new FaultServer(FaultServer.answering(FaultServer.json(ANSWER)))) {
            // Given the same request by hand
            ChatRequest request = Calls.requestWith(",\"max_tokens\":7,\"temperature\":0.5,\"top_p\":0.75,\"seed\":3,"
                    + "\"stop\":[\"x\"],\"frequency_penalty\":0.25,\"tool_choice\":\"required\",\"tools\":[{\"type\":\"function\","
                    + "\"function\":{\"name\":\"f\",\"description\":\"d\",\"parameters\":{\"type\":\"object\"}}}],"
                    + "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"o\",\"schema\":{\"type\":\"object\"}}}",
                    Calls.message("system", "s"), Calls.user("hi"));
            V2ChatRequest same = V2ChatRequest.builder().model(Calls.MODEL)
                    .messages(List.of(
                            ChatMessageV2.system(SystemMessageV2.builder().content(SystemMessageV2Content.of("s")).build()),
                            ChatMessageV2.user(UserMessageV2.builder().content(UserMessageV2Content.of("hi")).build())))
                    .maxTokens(7).temperature(0.5f).p(0.75f).seed(3).stopSequences(List.of("x")).frequencyPenalty(0.25f)
                    .toolChoice(V2ChatRequestToolChoice.REQUIRED)
                    .tools(List.of(ToolV2.builder()
                            .function(ToolV2Function.builder().name("f").parameters(Map.of("type", "object")).description("d")
                                    .build())
                            .build()))
                    .responseFormat(ResponseFormatV2
                            .jsonObject(JsonResponseFormatV2.builder().jsonSchema(Map.of("type", "object")).build()))
                    .build();
            String base = server.uri().resolve("/").toString();

            // When
            V2ChatResponse read = Cohere.builder().token(Calls.CANARY_KEY).url(base.substring(0, base.length() - 1)).maxRetries(0)
                    .build().v2().chat(same);
            HttpCall written = new CohereAdapter().toHttp(Calls.of(request));

            // Then
            String sent = server.requests().getFirst();
            assertThat(sent).startsWith("POST " + written.uri().getPath() + " HTTP/1.1").contains("Bearer " + Calls.CANARY_KEY);
            assertThat(PLAIN.readTree(written.body())).isEqualTo(PLAIN.readTree(sent.substring(sent.indexOf("\r\n\r\n"))));
            assertThat(read.getFinishReason().toString()).isEqualTo("TOOL_CALL");
            assertThat(read.getMessage().getToolPlan()).hasValue("look");
            assertThat(read.getUsage().flatMap(usage -> usage.getTokens()).flatMap(tokens -> tokens.getInputTokens()))
                    .hasValue(70.0);
        }
    }

    @Test
    void shouldWriteConversationsThatCoheresOwnClientUnderstandsInFull() throws IOException {
        // Given everything at once
        ChatRequest request = Calls.requestWith(
                ",\"logprobs\":true,\"top_k\":4,\"safety_mode\":\"STRICT\",\"presence_penalty\":0.5",
                Calls.message("developer", "d"),
                "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"t\"},{\"type\":\"image_url\",\"image_url\":"
                        + "{\"url\":\"https://example.com/a.png\",\"detail\":\"low\"}}]}",
                "{\"role\":\"assistant\",\"content\":\"plan\",\"tool_calls\":[{\"id\":\"i\",\"type\":\"function\",\"function\":"
                        + "{\"name\":\"f\",\"arguments\":\"{}\"}}]}",
                "{\"role\":\"tool\",\"tool_call_id\":\"i\",\"content\":\"r\"}", Calls.message("assistant", "a"), Calls.user("q"));
        byte[] written = new CohereAdapter().toHttp(Calls.of(request)).body();

        // When
        V2ChatRequest understood = ObjectMappers.JSON_MAPPER.readValue(written, V2ChatRequest.class);

        // Then nothing is left over, and nothing is lost on the way back
        JsonNode again = PLAIN.readTree(ObjectMappers.JSON_MAPPER.writeValueAsBytes(understood));
        // The client's type has stream as a constant.
        assertThat(understood.getAdditionalProperties()).containsOnlyKeys("stream");
        assertThat(understood.getMessages()).noneMatch(ChatMessageV2::_isUnknown);
        assertThat(understood.getMessages().get(2).getAssistant().flatMap(message -> message.getToolPlan()))
                .isEqualTo(Optional.of("plan"));
        assertThat(again).isEqualTo(PLAIN.readTree(written));
    }

    @TestFactory
    Stream<DynamicTest> shouldWriteRequestsThatCoheresOwnClientKeeps() {
        return SampleRequests.all().entrySet().stream().map(sample -> DynamicTest.dynamicTest(sample.getKey(), () -> {
            byte[] written;
            try {
                written = new CohereAdapter().toHttp(Calls.of(sample.getValue())).body();
            } catch (UntranslatableRequestException e) {
                assertThat(sample.getKey()).isIn(REFUSED);
                return;
            }
            assertThat(sample.getKey()).isNotIn(REFUSED);
            if (sample.getKey().equals("seed")) {
                // The API takes 64 bits, its client's type has 32.
                assertThat(PLAIN.readTree(written).path("seed").longValue()).isEqualTo(sample.getValue().getSeed());
                written = new String(written, StandardCharsets.UTF_8).replaceAll("(\"seed\":)\\d+", "$1" + 7)
                        .getBytes(StandardCharsets.UTF_8);
            }
            V2ChatRequest understood = ObjectMappers.JSON_MAPPER.readValue(written, V2ChatRequest.class);
            assertThat(understood.getAdditionalProperties()).containsOnlyKeys("stream");
            assertThat(understood.getMessages()).isNotEmpty().noneMatch(ChatMessageV2::_isUnknown);
            assertThat(understood.getTools().orElse(List.of()))
                    .allMatch(tool -> tool.getFunction().orElseThrow().getAdditionalProperties().isEmpty());
            assertThat(floats(ObjectMappers.JSON_MAPPER.writeValueAsBytes(understood))).isEqualTo(floats(written));
        }));
    }

    /** The client has floats where JSON has numbers. */
    private static JsonNode floats(byte[] json) throws IOException {
        ObjectNode node = (ObjectNode) PLAIN.readTree(json);
        for (String name : List.of("temperature", "p", "frequency_penalty", "presence_penalty")) {
            if (node.has(name)) {
                node.put(name, node.path(name).floatValue());
            }
        }
        return node;
    }

    @Test
    void shouldReadTheSimulatorsAnswersAsCoheresOwnClientDoes() {
        Rules rules = Rules.standard().withApiKey(Calls.CANARY_KEY);
        try (SimulatedProvider provider = SimulatedProvider.start(SimulatorConfig.of("cohere").withRules(rules))) {
            V2ChatResponse text = client(provider).v2().chat(asking("say hello").build());
            V2ChatResponse tool = client(provider).v2().chat(asking("use look_up").tools(List.of(ToolV2.builder()
                    .function(ToolV2Function.builder().name("look_up").parameters(Map.of("type", "object")).build()).build()))
                    .build());

            assertThat(text.getMessage().getContent().orElseThrow().getFirst().getText().orElseThrow().getText()).isNotBlank();
            assertThat(text.getFinishReason().toString()).isEqualTo("COMPLETE");
            assertThat(tool.getMessage().getToolCalls().orElseThrow().getFirst().getFunction().orElseThrow().getName())
                    .hasValue("look_up");
            assertThat(tool.getFinishReason().toString()).isEqualTo("TOOL_CALL");
            for (V2ChatResponse answer : List.of(text, tool)) {
                assertThat(answer.getAdditionalProperties()).isEmpty();
                assertThat(answer.getUsage().orElseThrow().getTokens().orElseThrow().getOutputTokens().orElse(0.0)).isPositive();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"400, BadRequestError, INVALID_REQUEST", "401, UnauthorizedError, AUTHENTICATION_FAILED",
            "402, CohereApiException, QUOTA_EXHAUSTED", "403, ForbiddenError, PERMISSION_DENIED",
            "404, NotFoundError, MODEL_NOT_FOUND", "422, UnprocessableEntityError, INVALID_REQUEST",
            "429, TooManyRequestsError, RATE_LIMITED", "498, InvalidTokenError, AUTHENTICATION_FAILED",
            "499, ClientClosedRequestError, SERVER_ERROR", "500, InternalServerError, SERVER_ERROR",
            "503, ServiceUnavailableError, OVERLOADED", "504, GatewayTimeoutError, SERVER_ERROR"})
    void shouldMapTheSimulatorsErrorsAsCoheresOwnClientDoes(int status, String thrown, FailureKind kind) throws IOException {
        try (SimulatedProvider provider = SimulatedProvider.start(SimulatorConfig.of("cohere"))) {
            provider.behave(new Behaviour.ErrorStatus(status, "", ""));
            CohereApiException error = catchThrowableOfType(CohereApiException.class,
                    () -> client(provider).v2().chat(asking("hi").build()));

            assertThat(error.getClass().getSimpleName()).isEqualTo(thrown);
            assertThat(error.statusCode()).isEqualTo(status);
            CallOutcome outcome = new CohereAdapter().fromHttp(Calls.of(Calls.request(Calls.user("hi"))),
                    new HttpAnswer(status, Map.of(), PLAIN.writeValueAsBytes(error.body())));
            assertThat(((CallOutcome.Failed) outcome).failure().getKind()).isEqualTo(kind);
        }
    }

    private static Cohere client(SimulatedProvider provider) {
        String base = provider.baseUri().resolve("/").toString();
        return Cohere.builder().token(Calls.CANARY_KEY).url(base.substring(0, base.length() - 1)).maxRetries(0).build();
    }

    private static V2ChatRequest._FinalStage asking(String text) {
        return V2ChatRequest.builder().model("command-x").messages(
                List.of(ChatMessageV2.user(UserMessageV2.builder().content(UserMessageV2Content.of(text)).build())));
    }
}
