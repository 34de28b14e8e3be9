package io.spillway.worker.provider.openai;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.contract.json.Json;
import io.spillway.worker.provider.HttpCall;
import io.spillway.worker.provider.Pieces;
import io.spillway.worker.provider.SseContract;
import io.spillway.worker.provider.stream.StreamEvent;

/** The contract for everything that streams chunks as OpenAI does. */
public abstract class OpenAiStreamContract extends SseContract {

    protected static final String DONE = "data: [DONE]\n\n";

    @Override
    protected boolean isMark(StreamEvent event) {
        return event.is("[DONE]");
    }

    @Override
    protected boolean asksToStream(HttpCall call) {
        JsonNode body = Json.readObject(new String(call.body(), StandardCharsets.UTF_8));
        assertThat(body.path("stream").asBoolean()).isEqualTo(body.has("stream"));
        return body.path("stream").asBoolean();
    }

    @Override
    protected List<String> signsOfLife() {
        return List.of(": keep-alive\n\n", ": OPENROUTER PROCESSING\n\n", "\n", "data: \n\n",
                "data: {\"choices\":[],\"usage\":null}\n\n");
    }

    @Override
    protected String overloaded() {
        return "data: {\"error\":{\"message\":\"x\",\"type\":\"service_unavailable_error\",\"code\":\"server_is_overloaded\"}}\n\n";
    }

    @Override
    protected String failed() {
        return "data: {\"error\":{\"message\":\"The server had an error\",\"type\":\"server_error\",\"code\":null}}\n\n";
    }

    @Override
    protected List<String> nonsense() {
        return List.of("data: {\"choices\":{}}\n\n", "data: {\"choices\":[null]}\n\n",
                "data: {\"choices\":[{\"delta\":\"x\"}]}\n\n",
                "data: <html>\n\n", "data: [1]\n\n", "data: {\"a\":1}{\"b\":2}\n\n", "data: {\"a\":\n\n", "data: nope\n\n",
                "data: {\"choices\":[{\"delta\":{\"content\":5}}]}\n\n",
                "data: {\"choices\":[{\"delta\":{\"tool_calls\":[1]}}]}\n\n");
    }

    @Override
    protected List<String> stream(ObjectNode answer, SplittableRandom random) {
        List<String> messages = new ArrayList<>();
        ObjectNode head = answer.deepCopy();
        head.remove(List.of("choices", "usage"));
        head.put("object", "chat.completion.chunk");
        for (JsonNode choice : answer.path("choices")) {
            for (ObjectNode delta : deltas((ObjectNode) choice.path("message"), random)) {
                ObjectNode piece = Json.object().putNull("finish_reason").put("index", choice.path("index").intValue());
                piece.set("delta", delta);
                messages.add(data(chunk(head, piece)));
            }
            ObjectNode last = ((ObjectNode) choice).deepCopy();
            last.remove("message");
            last.putObject("delta");
            messages.add(data(chunk(head, last)));
        }
        if (answer.has("usage")) {
            // After the last piece, or with an empty list of choices behind it.
            ObjectNode counts = head.deepCopy();
            counts.putArray("choices");
            counts.set("usage", answer.get("usage"));
            messages.add(data(counts));
        }
        messages.add(DONE);
        return messages;
    }

    private static ObjectNode chunk(ObjectNode head, ObjectNode choice) {
        ObjectNode chunk = head.deepCopy().put("obfuscation", "aBcD").putNull("usage");
        chunk.putArray("choices").add(choice);
        return chunk;
    }

    private static List<ObjectNode> deltas(ObjectNode message, SplittableRandom random) {
        List<ObjectNode> deltas = new ArrayList<>();
        ObjectNode first = message.deepCopy();
        first.remove(List.of("content", "reasoning_content", "tool_calls"));
        deltas.add(first.putNull("tool_calls"));
        for (String text : List.of("reasoning_content", "content")) {
            if (message.path(text).isTextual()) {
                for (String piece : Pieces.ofText(message.path(text).textValue(), random)) {
                    deltas.add(Json.object().put(text, piece));
                }
            } else if (message.path(text).isArray()) {
                message.path(text).forEach(part -> {
                    ObjectNode delta = Json.object();
                    delta.putArray(text).add(part);
                    deltas.add(delta);
                });
            }
        }
        for (JsonNode call : message.path("tool_calls")) {
            int index = deltas.stream().mapToInt(delta -> delta.at("/tool_calls/0").has("id") ? 1 : 0).sum();
            ObjectNode begin = ((ObjectNode) call).deepCopy().put("index", index);
            ((ObjectNode) begin.path("function")).put("arguments", "");
            ObjectNode start = Json.object();
            start.putArray("tool_calls").add(begin);
            deltas.add(start);
            for (String piece : Pieces.ofText(call.at("/function/arguments").textValue(), random)) {
                ObjectNode delta = Json.object();
                delta.putArray("tool_calls").addObject().put("index", index).putObject("function").put("arguments", piece);
                deltas.add(delta);
            }
        }
        return deltas;
    }
}
