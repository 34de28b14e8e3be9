package io.spillway.worker.provider.anthropic;

import java.util.Map;
import java.util.TreeMap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.contract.json.Json;
import io.spillway.worker.provider.AnswerAssembler.Progress;
import io.spillway.worker.provider.Answers;
import io.spillway.worker.provider.CallOutcome;
import io.spillway.worker.provider.ErrorBody;
import io.spillway.worker.provider.HttpAnswer;
import io.spillway.worker.provider.ProviderCall;
import io.spillway.worker.provider.stream.EventReader;
import io.spillway.worker.provider.stream.MalformedStreamException;
import io.spillway.worker.provider.stream.StreamEvent;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stream of named events and rebuilds the message they are of. Complete means: every block was stopped, a stop reason was
 * given, and {@code message_stop} followed.
 */
final class AnthropicStream implements EventReader {

    private final ProviderCall call;
    private final HttpAnswer head;
    private final Map<Integer, StreamedBlock> blocks = new TreeMap<>();
    private @Nullable ObjectNode message;
    private @Nullable CallOutcome outcome;

    AnthropicStream(ProviderCall call, HttpAnswer head) {
        this.call = call;
        this.head = head;
    }

    @Override
    public Progress read(StreamEvent event) {
        ObjectNode root = Json.readObject(event.data());
        String type = root.path("type").asText(event.type());
        if (ErrorBody.isError(root) || type.equals("error")) {
            outcome = AnthropicErrors.inStream(call, head, ErrorBody.of(root));
            return Progress.ENDED;
        }
        return switch (type) {
            case "message_start" -> {
                message = started(root.path("message"));
                yield Progress.NOTHING;
            }
            case "content_block_start" -> {
                StreamedBlock block = new StreamedBlock(root.path("content_block"));
                if (blocks.put(index(root), block) != null) {
                    throw new MalformedStreamException("starts a block twice");
                }
                yield block.isToken() ? Progress.TOKEN : Progress.NOTHING;
            }
            case "content_block_delta" -> block(root).add(root.path("delta")) ? Progress.TOKEN : Progress.NOTHING;
            case "content_block_stop" -> {
                block(root).stop();
                yield Progress.NOTHING;
            }
            case "message_delta" -> {
                putDelta(root);
                yield Progress.NOTHING;
            }
            case "message_stop" -> {
                outcome = whole();
                yield Progress.ENDED;
            }
            // Pings, and kinds to come.
            default -> Progress.NOTHING;
        };
    }

    private ObjectNode started(JsonNode given) {
        if (message == null && given instanceof ObjectNode object) {
            return object;
        }
        throw new MalformedStreamException(message == null ? "starts with no message" : "starts a message twice");
    }

    private static int index(ObjectNode root) {
        JsonNode index = root.path("index");
        if (!index.isInt()) {
            throw new MalformedStreamException("has a block without a number");
        }
        return index.intValue();
    }

    private StreamedBlock block(ObjectNode root) {
        StreamedBlock block = blocks.get(index(root));
        if (block == null) {
            throw new MalformedStreamException("continues a block that was not started");
        }
        return block;
    }

    /** The reason to stop, and the usage, which counts from the beginning. */
    private void putDelta(ObjectNode root) {
        ObjectNode begun = begun();
        setAll(begun, root.path("delta"));
        if (root.path("usage").isObject()) {
            ObjectNode usage = begun.path("usage") instanceof ObjectNode earlier ? earlier : begun.putObject("usage");
            setAll(usage, root.path("usage"));
        }
    }

    private ObjectNode begun() {
        if (message == null) {
            throw new MalformedStreamException("has no message_start");
        }
        return message;
    }

    private static void setAll(ObjectNode target, JsonNode fields) {
        fields.properties().forEach(field -> {
            if (!field.getValue().isNull()) {
                target.set(field.getKey(), field.getValue());
            }
        });
    }

    private CallOutcome whole() {
        ObjectNode whole = begun();
        if (whole.path("stop_reason").asText("").isEmpty()) {
            throw new MalformedStreamException("stops without a reason");
        }
        ArrayNode content = whole.putArray("content");
        blocks.values().forEach(block -> content.add(block.whole()));
        return AnthropicResponse.judge(call, head, whole);
    }

    @Override
    public CallOutcome end() {
        return outcome == null ? Answers.malformed(head.status()) : outcome;
    }
}
