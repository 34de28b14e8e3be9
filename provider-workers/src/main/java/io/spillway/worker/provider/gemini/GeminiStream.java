package io.spillway.worker.provider.gemini;

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
import io.spillway.worker.provider.DialectCalls;
import io.spillway.worker.provider.ErrorBody;
import io.spillway.worker.provider.HttpAnswer;
import io.spillway.worker.provider.ProviderCall;
import io.spillway.worker.provider.stream.EventReader;
import io.spillway.worker.provider.stream.Fragments;
import io.spillway.worker.provider.stream.MalformedStreamException;
import io.spillway.worker.provider.stream.StreamEvent;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stream of responses, each with the next parts of each candidate, and rebuilds the one response they are of. There is no
 * last event: complete means that the body ended in order and every candidate has its finish reason. Older models give a reason with
 * every event, so none ends the stream; counts of tokens may follow it. As many candidates as were asked for must have come.
 */
final class GeminiStream implements EventReader {

    private static final String PARTS = "parts";
    private static final String CONTENT = "content";
    private static final String CANDIDATES = "candidates";
    private static final String REASON = "finishReason";
    /** Of these each event brings the next items of its lists. */
    private static final Set<String> LISTS = Set.of("logprobsResult", "citationMetadata");

    private final ProviderCall call;
    private final Surface surface;
    private final HttpAnswer head;
    private final Fragments root = new Fragments(Set.of());
    private final Fragments usage = new Fragments(Set.of());
    private final Map<Integer, StreamedCandidate> candidates = new TreeMap<>();
    private @Nullable CallOutcome outcome;

    GeminiStream(ProviderCall call, Surface surface, HttpAnswer head) {
        this.call = call;
        this.surface = surface;
        this.head = head;
    }

    private static final class StreamedCandidate {
        private final Fragments fields = new Fragments(Set.of());
        private final Fragments content = new Fragments(Set.of());
        private final ArrayNode parts = Json.array();
        private final Map<String, ObjectNode> lists = new TreeMap<>();

        private boolean add(ObjectNode piece) {
            piece.properties().forEach(field -> {
                String name = field.getKey();
                if (LISTS.contains(name) && field.getValue() instanceof ObjectNode more) {
                    append(lists.computeIfAbsent(name, key -> Json.object()), more);
                } else if (!name.equals(CONTENT)) {
                    fields.add(name, field.getValue());
                }
            });
            return addContent(piece.path(CONTENT));
        }

        private boolean addContent(JsonNode given) {
            if (given.isMissingNode()) {
                return false;
            }
            JsonNode more = given.path(PARTS);
            if (!given.isObject() || !(more.isArray() || more.isMissingNode())) {
                throw new MalformedStreamException("has a candidate without content");
            }
            given.properties().forEach(field -> {
                if (!field.getKey().equals(PARTS)) {
                    content.add(field.getKey(), field.getValue());
                }
            });
            boolean isToken = false;
            for (JsonNode part : more) {
                parts.add(part);
                isToken |= !part.path("text").asText("").isEmpty() || part.path("functionCall").isObject()
                        || part.path("inlineData").isObject() || part.has("thoughtSignature");
            }
            return isToken;
        }

        private static void append(ObjectNode target, ObjectNode more) {
            more.properties().forEach(list -> {
                if (target.get(list.getKey()) instanceof ArrayNode known && list.getValue() instanceof ArrayNode items) {
                    known.addAll(items);
                } else {
                    target.set(list.getKey(), list.getValue());
                }
            });
        }

        private ObjectNode whole() {
            ObjectNode candidate = fields.whole();
            lists.forEach(candidate::set);
            ObjectNode inner = content.whole();
            inner.set(PARTS, parts);
            candidate.set(CONTENT, inner);
            return candidate;
        }
    }

    @Override
    public Progress read(StreamEvent event) {
        ObjectNode chunk = Json.readObject(event.data());
        if (ErrorBody.isError(chunk) || event.type().equals("error")) {
            outcome = GeminiErrors.inStream(call, head, ErrorBody.of(chunk));
            return Progress.ENDED;
        }
        chunk.properties().forEach(field -> {
            switch (field.getKey()) {
                case CANDIDATES -> {}
                // Counts from the beginning; what an event leaves out stands as it was.
                case "usageMetadata" ->
                    field.getValue().properties().forEach(count -> usage.add(count.getKey(), count.getValue()));
                default -> root.add(field.getKey(), field.getValue());
            }
        });
        JsonNode given = chunk.path(CANDIDATES);
        if (!given.isArray() && !given.isMissingNode() && !given.isNull()) {
            throw new MalformedStreamException("has candidates that are not a list");
        }
        Progress progress = Progress.NOTHING;
        for (JsonNode piece : given) {
            if (!(piece instanceof ObjectNode object)) {
                throw new MalformedStreamException("has a candidate that is not an object");
            }
            StreamedCandidate candidate = candidates.computeIfAbsent(object.path("index").asInt(0),
                    index -> new StreamedCandidate());
            progress = candidate.add(object) ? Progress.TOKEN : progress;
        }
        return progress;
    }

    @Override
    public CallOutcome end() {
        if (outcome != null) {
            return outcome;
        }
        ObjectNode whole = whole();
        boolean isFinished = candidates.isEmpty()
                ? GeminiResponse.isBlocked(whole)
                : candidates.size() >= asked()
                        && candidates.values().stream().noneMatch(candidate -> candidate.fields.text(REASON).isEmpty());
        return isFinished ? GeminiResponse.judge(call, surface, head, whole) : Answers.malformed(head.status());
    }

    /** A stream cut between two candidates looks complete but for their number. */
    private int asked() {
        Integer n = call.request().getN();
        return n == null || DialectCalls.dropped(call).contains("n") ? 1 : n;
    }

    private ObjectNode whole() {
        ObjectNode whole = root.whole();
        ArrayNode all = whole.putArray(CANDIDATES);
        candidates.values().forEach(candidate -> all.add(candidate.whole()));
        ObjectNode counts = usage.whole();
        if (!counts.isEmpty()) {
            whole.set("usageMetadata", counts);
        }
        return whole;
    }
}
