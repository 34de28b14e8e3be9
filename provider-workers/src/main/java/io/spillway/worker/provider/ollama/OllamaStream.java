package io.spillway.worker.provider.ollama;

import java.util.Set;

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
import io.spillway.worker.provider.stream.Fragments;
import io.spillway.worker.provider.stream.MalformedStreamException;
import io.spillway.worker.provider.stream.StreamEvent;
import org.jspecify.annotations.Nullable;

/** Reads lines of JSON, each with the next piece of the message, and rebuilds the answer. Complete means: {@code done}. */
final class OllamaStream implements EventReader {

    private static final String MESSAGE = "message";
    private static final String TOOL_CALLS = "tool_calls";
    private static final String LOGPROBS = "logprobs";

    private final ProviderCall call;
    private final HttpAnswer head;
    private final Fragments root = new Fragments(Set.of());
    private final Fragments message = new Fragments(Set.of("content", "thinking"));
    private final ArrayNode calls = Json.array();
    private final ArrayNode logprobs = Json.array();
    private @Nullable CallOutcome outcome;

    OllamaStream(ProviderCall call, HttpAnswer head) {
        this.call = call;
        this.head = head;
    }

    @Override
    public Progress read(StreamEvent event) {
        ObjectNode line = Json.readObject(event.data());
        if (ErrorBody.isError(line)) {
            outcome = OllamaErrors.inStream(call, head, ErrorBody.of(line));
            return Progress.ENDED;
        }
        line.properties().forEach(field -> {
            switch (field.getKey()) {
                case MESSAGE -> {}
                case LOGPROBS -> field.getValue().forEach(logprobs::add);
                default -> root.add(field.getKey(), field.getValue());
            }
        });
        boolean isToken = addMessage(line.path(MESSAGE));
        if (line.path("done").asBoolean(false)) {
            outcome = OllamaResponse.judge(call, head, whole());
            return Progress.ENDED;
        }
        return isToken ? Progress.TOKEN : Progress.NOTHING;
    }

    private boolean addMessage(JsonNode given) {
        if (given.isMissingNode() || given.isNull()) {
            return false;
        }
        if (!(given instanceof ObjectNode piece)) {
            throw new MalformedStreamException("has a message that is not an object");
        }
        piece.properties().forEach(field -> {
            if (field.getKey().equals(TOOL_CALLS)) {
                field.getValue().forEach(calls::add);
            } else {
                message.add(field.getKey(), field.getValue());
            }
        });
        return !piece.path("content").asText("").isEmpty() || !piece.path("thinking").asText("").isEmpty()
                || !piece.path(TOOL_CALLS).isEmpty();
    }

    private ObjectNode whole() {
        ObjectNode whole = root.whole();
        ObjectNode said = message.whole();
        if (!calls.isEmpty()) {
            said.set(TOOL_CALLS, calls);
        }
        if (!said.isEmpty()) {
            whole.set(MESSAGE, said);
        }
        if (!logprobs.isEmpty()) {
            whole.set(LOGPROBS, logprobs);
        }
        return whole;
    }

    @Override
    public CallOutcome end() {
        return outcome == null ? Answers.malformed(head.status()) : outcome;
    }
}
