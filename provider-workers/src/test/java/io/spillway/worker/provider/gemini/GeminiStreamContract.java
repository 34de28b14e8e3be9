package io.spillway.worker.provider.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.contract.json.Json;
import io.spillway.v1.FailureKind;
import io.spillway.worker.provider.AnswerAssembler;
import io.spillway.worker.provider.CallOutcome;
import io.spillway.worker.provider.Calls;
import io.spillway.worker.provider.HttpCall;
import io.spillway.worker.provider.Pieces;
import io.spillway.worker.provider.ProviderCall;
import io.spillway.worker.provider.SseContract;
import io.spillway.worker.provider.stream.SseDecoder;
import io.spillway.worker.provider.stream.StreamEvent;
import org.junit.jupiter.api.Test;

/** The contract with Google's streams, which are the same on both surfaces. */
abstract class GeminiStreamContract extends SseContract {

    private static final String USAGE = GeminiSurfaceContract.USAGE;

    /** There is none: every event must be whole, and one of them give a reason. */
    @Override
    protected boolean isMark(StreamEvent event) {
        return false;
    }

    @Override
    protected boolean isIntact(byte[] stream) {
        List<StreamEvent> events = new ArrayList<>();
        new SseDecoder(Integer.MAX_VALUE).feed(stream, 0, stream.length, events::add);
        return new String(stream, StandardCharsets.UTF_8).contains("finishReason")
                && events.stream().allMatch(event -> event.isBlank() || isJson(event.data()));
    }

    @Override
    protected boolean asksToStream(HttpCall call) {
        boolean streams = call.uri().getPath().endsWith(":streamGenerateContent");
        assertThat(streams || call.uri().getPath().endsWith(":generateContent")).isTrue();
        assertThat(call.uri().getQuery()).isEqualTo(streams ? "alt=sse" : null);
        return streams;
    }

    @Override
    protected List<String> answers() {
        String thought = "{\"text\":\"let me think\",\"thought\":true,\"thoughtSignature\":\"c2ln\"}";
        String text = "{\"text\":\"Over the hills and far away, Gr\u00fc\u00dfe \ud83d\ude00\"}";
        String calls = "{\"functionCall\":{\"name\":\"look_up\",\"args\":{\"q\":\"caf\u00e9\"}},\"thoughtSignature\":\"c2ln\"},"
                + "{\"functionCall\":{\"id\":\"b\",\"name\":\"now\",\"args\":{}}}";
        String logprobs = "{\"chosenCandidates\":[{\"token\":\"a\",\"logProbability\":-0.5},{\"token\":\"b\",\"logProbability\":-1}],"
                + "\"topCandidates\":[{\"candidates\":[]},{\"candidates\":[]}]}";
        return List.of(GeminiErrorCases.answer(text, "STOP", USAGE),
                GeminiErrorCases.answer(thought + "," + calls, "STOP", USAGE),
                GeminiErrorCases.answer(thought + "," + text, "MAX_TOKENS", USAGE),
                GeminiErrorCases.answer(text, "STOP", "{}").replace(",\"usageMetadata\":{}", ""),
                GeminiErrorCases.answer(text, "STOP", USAGE).replace("\"safetyRatings\":[]", "\"logprobsResult\":" + logprobs
                        + ",\"groundingMetadata\":{\"webSearchQueries\":[\"q\"]},\"citationMetadata\":{\"citations\":[{\"uri\":\"u\"}]}"));
    }

    @Override
    protected List<String> signsOfLife() {
        return List.of(": comment\r\n\r\n", "data: {\"modelVersion\":\"gemini-x-001\"}\r\n\r\n",
                "data: {\"candidates\":[{\"index\":0,\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\"\"}]}}]}\n\n");
    }

    @Override
    protected String overloaded() {
        return "data: " + GeminiErrorCases.reason(503, "UNAVAILABLE", "x") + "\r\n\r\n";
    }

    @Override
    protected String failed() {
        return "data: " + GeminiErrorCases.reason(500, "INTERNAL", "x") + "\r\n\r\n";
    }

    @Override
    protected List<String> nonsense() {
        return List.of("data: {\"candidates\":{}}\n\n", "data: {\"candidates\":[1]}\n\n",
                "data: {\"candidates\":[{\"content\":\"x\"}]}\n\n",
                "data: {\"candidates\":[{\"content\":{\"parts\":{}}}]}\n\n", "data: [{\n\n", "data: <html>\n\n",
                "data: [DONE]\n\n");
    }

    @Override
    protected List<String> stream(ObjectNode answer, SplittableRandom random) {
        List<ObjectNode> chunks = new ArrayList<>();
        for (JsonNode candidate : answer.path("candidates")) {
            addCandidate(chunks, (ObjectNode) candidate, random);
        }
        List<String> messages = new ArrayList<>();
        for (ObjectNode chunk : chunks) {
            answer.properties().forEach(field -> chunk.putIfAbsent(field.getKey(), field.getValue()));
            if (chunk.path("usageMetadata").isObject() && chunk != chunks.getLast()) {
                // Earlier counts are lower.
                chunk.putObject("usageMetadata").put("promptTokenCount", 100).put("candidatesTokenCount", messages.size())
                        .put("totalTokenCount", 100 + messages.size());
            }
            messages.add(data(chunk));
        }
        return messages;
    }

    private static void addCandidate(List<ObjectNode> chunks, ObjectNode candidate, SplittableRandom random) {
        List<JsonNode> parts = new ArrayList<>();
        for (JsonNode part : candidate.at("/content/parts")) {
            if (!part.path("text").isTextual()) {
                parts.add(part);
                continue;
            }
            for (String piece : Pieces.ofText(part.path("text").textValue(), random)) {
                parts.add(((ObjectNode) part).deepCopy().put("text", piece));
            }
        }
        int index = candidate.path("index").intValue();
        for (JsonNode part : parts.subList(0, parts.size() - 1)) {
            ObjectNode chunk = Json.object();
            ObjectNode piece = chunk.putArray("candidates").addObject().put("index", index);
            piece.putObject("content").put("role", "model").putArray("parts").add(part);
            chunks.add(chunk);
        }
        ObjectNode last = candidate.deepCopy();
        last.putObject("content").put("role", "model").putArray("parts").add(parts.getLast());
        ObjectNode end = Json.object();
        end.putArray("candidates").add(last);
        chunks.add(end);
    }

    @Test
    void shouldCallABlockedPromptFilteredAndAnEmptyStreamMalformed() {
        CallOutcome blocked = outcome(
                "data: {\"promptFeedback\":{\"blockReason\":\"SAFETY\"},\"usageMetadata\":{\"promptTokenCount\":9}}\n\n");
        assertThat(((CallOutcome.Failed) blocked).failure().getKind()).isEqualTo(FailureKind.CONTENT_FILTERED);
        assertMalformed(outcome("data: {\"usageMetadata\":{\"promptTokenCount\":9}}\n\n"), "no candidates");
        assertMalformed(outcome(""), "nothing");
    }

    @Test
    void shouldWantAsManyCandidatesAsWereAskedFor() {
        String one = "data: {\"candidates\":[{\"index\":0,\"content\":{\"parts\":[{\"text\":\"a\"}]},\"finishReason\":\"STOP\"}]}\n\n";
        ProviderCall two = Calls.with(Calls.requestWith(",\"n\":2", Calls.user("hi")), Map.of(), Set.of());
        for (String stream : List.of(one, one + one.replace("index\":0", "index\":1"))) {
            AnswerAssembler assembler = adapter().stream(two, head(contentType())).orElseThrow();
            feed(assembler, stream);
            assertThat(assembler.end() instanceof CallOutcome.Answered).as(stream).isEqualTo(!stream.equals(one));
        }
    }

    @Test
    void shouldCallAFailedModelAServerError() {
        CallOutcome broken = outcome(
                data(Json.readObject(GeminiErrorCases.answer("{\"text\":\"x\"}", "MALFORMED_FUNCTION_CALL", USAGE))));
        assertThat(((CallOutcome.Failed) broken).failure().getKind()).isEqualTo(FailureKind.SERVER_ERROR);
    }

    /** Some models say STOP with every event, and give the counts behind it. */
    @Test
    void shouldReadOnBehindAFinishReason() {
        String piece = GeminiErrorCases.answer("{\"text\":\"tick \"}", "STOP", "{\"promptTokenCount\":9}");
        String counts = "{\"usageMetadata\":{\"promptTokenCount\":9,\"candidatesTokenCount\":4,\"totalTokenCount\":13}}";
        var response = answered("data: " + piece + "\n\ndata: " + piece + "\n\ndata: " + counts + "\n\n");
        assertThat(response.getChoices().getFirst().getMessage().getContent()).isEqualTo("tick tick ");
        assertThat(response.getUsage().getCompletionTokens()).isEqualTo(4);
    }
}
