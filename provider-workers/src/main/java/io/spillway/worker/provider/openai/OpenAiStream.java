package io.spillway.worker.provider.openai;

import java.util.Map;
import java.util.Set;
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
import io.spillway.worker.provider.stream.Fragments;
import io.spillway.worker.provider.stream.MalformedStreamException;
import io.spillway.worker.provider.stream.StreamEvent;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stream of chunks and rebuilds the completion they are of. Complete means: every choice has its finish reason, and
 * {@code [DONE]} followed. One without the other is what a proxy in front of a dead server sends, or half an answer.
 */
final class OpenAiStream implements EventReader {

    private static final String DONE = "[DONE]";
    private static final String REASON = "finish_reason";
    /** First word counts: Azure begins with empty ones, and each chunk repeats them. */
    private static final Set<String> HEAD = Set.of("id", "model", "created");
    /** About the chunk, not about the answer. */
    private static final Set<String> OF_CHUNK = Set.of("object", "choices", "obfuscation");
    private static final Set<String> OF_CHOICE = Set.of("delta", "message", "logprobs", "index", REASON);

    private final ProviderCall call;
    private final HttpAnswer head;
    private final Fragments root = new Fragments(Set.of());
    private final Map<Integer, StreamedChoice> choices = new TreeMap<>();
    private @Nullable CallOutcome outcome;
    private boolean isDone;

    OpenAiStream(ProviderCall call, HttpAnswer head) {
        this.call = call;
        this.head = head;
    }

    private static final class StreamedChoice {
        private final Fragments fields = new Fragments(Set.of());
        private final StreamedMessage message = new StreamedMessage();
        private final Map<String, ArrayNode> logprobs = new TreeMap<>();
        private String reason = "";

        private boolean add(ObjectNode piece) {
            piece.properties().forEach(field -> {
                if (!OF_CHOICE.contains(field.getKey())) {
                    fields.add(field.getKey(), field.getValue());
                }
            });
            piece.path("logprobs").properties().forEach(list -> {
                if (list.getValue() instanceof ArrayNode more) {
                    logprobs.computeIfAbsent(list.getKey(), key -> Json.array()).addAll(more);
                }
            });
            String given = piece.path(REASON).asText("");
            reason = given.isEmpty() ? reason : given;
            JsonNode delta = piece.path("delta");
            if (delta instanceof ObjectNode object) {
                return message.add(object);
            }
            if (!delta.isNull() && !delta.isMissingNode()) {
                throw new MalformedStreamException("has a delta that is not an object");
            }
            return false;
        }

        private ObjectNode whole(int index) {
            ObjectNode choice = fields.whole();
            choice.put("index", index).put(REASON, reason);
            choice.set("message", message.whole());
            if (!logprobs.isEmpty()) {
                ObjectNode lists = choice.putObject("logprobs");
                logprobs.forEach(lists::set);
            }
            return choice;
        }
    }

    @Override
    public Progress read(StreamEvent event) {
        if (event.is(DONE)) {
            isDone = true;
            return Progress.ENDED;
        }
        ObjectNode chunk = Json.readObject(event.data());
        if (ErrorBody.isError(chunk) || event.type().equals("error")) {
            return failed(chunk);
        }
        addHead(chunk);
        JsonNode given = chunk.path("choices");
        if (!given.isArray() && !given.isNull() && !given.isMissingNode()) {
            throw new MalformedStreamException("has choices that are not a list");
        }
        Progress progress = Progress.NOTHING;
        for (JsonNode piece : given) {
            if (!(piece instanceof ObjectNode object)) {
                throw new MalformedStreamException("has a choice that is not an object");
            }
            if (ErrorBody.isError(object)) {
                return failed(object);
            }
            StreamedChoice choice = choices.computeIfAbsent(object.path("index").asInt(0), index -> new StreamedChoice());
            progress = choice.add(object) ? Progress.TOKEN : progress;
            if (OpenAiResponse.isFailure(choice.reason)) {
                outcome = OpenAiResponse.judge(call, head, whole());
                return Progress.ENDED;
            }
        }
        return progress;
    }

    private Progress failed(ObjectNode error) {
        outcome = OpenAiErrors.inStream(call, head, ErrorBody.of(error));
        return Progress.ENDED;
    }

    private void addHead(ObjectNode chunk) {
        chunk.properties().forEach(field -> {
            String name = field.getKey();
            boolean isSaid = HEAD.contains(name) && !isEmpty(root.text(name));
            if (!OF_CHUNK.contains(name) && !isSaid) {
                root.add(name, field.getValue());
            }
        });
    }

    private static boolean isEmpty(String text) {
        return text.isEmpty() || text.equals("0");
    }

    @Override
    public CallOutcome end() {
        if (outcome != null) {
            return outcome;
        }
        boolean isFinished = choices.values().stream().noneMatch(choice -> choice.reason.isEmpty());
        return isDone && isFinished ? OpenAiResponse.judge(call, head, whole()) : Answers.malformed(head.status());
    }

    private ObjectNode whole() {
        ObjectNode whole = root.whole();
        whole.put("object", "chat.completion");
        ArrayNode all = whole.putArray("choices");
        choices.forEach((index, choice) -> all.add(choice.whole(index)));
        return whole;
    }
}
