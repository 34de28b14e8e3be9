package io.spillway.worker.provider.bedrock;

import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.contract.json.Json;
import io.spillway.contract.json.MalformedJsonException;
import io.spillway.worker.provider.AnswerAssembler;
import io.spillway.worker.provider.Answers;
import io.spillway.worker.provider.CallOutcome;
import io.spillway.worker.provider.HttpAnswer;
import io.spillway.worker.provider.ProviderCall;
import org.jspecify.annotations.Nullable;
import software.amazon.eventstream.HeaderValue;
import software.amazon.eventstream.Message;

/**
 * Puts a streamed answer together. It is complete with {@code messageStop}; the counts follow in {@code metadata}, which is the last
 * message and worth waiting for, but an answer without counts is one.
 */
final class ConverseStream implements AnswerAssembler {

    private final ProviderCall call;
    private final HttpAnswer head;
    private final EventFrames frames = new EventFrames();
    private final StreamedMessage message = new StreamedMessage();
    private final ObjectNode root = Json.object();
    private boolean isStarted;
    private boolean isStopped;
    private @Nullable CallOutcome failure;
    private boolean hasEnded;

    ConverseStream(ProviderCall call, HttpAnswer head) {
        this.call = call;
        this.head = head;
    }

    @Override
    public Progress feed(byte[] bytes, int offset, int length) {
        if (hasEnded) {
            return Progress.ENDED;
        }
        frames.add(bytes, offset, length);
        boolean hasToken = false;
        try {
            Optional<Message> next = frames.next();
            while (next.isPresent() && !hasEnded) {
                hasToken |= take(next.get());
                next = hasEnded ? Optional.empty() : frames.next();
            }
        } catch (EventFrames.BrokenFrameException | MalformedJsonException e) {
            fail(Answers.malformed(head.status()));
        }
        if (hasEnded) {
            return Progress.ENDED;
        }
        return hasToken ? Progress.TOKEN : Progress.NOTHING;
    }

    @Override
    public CallOutcome end() {
        if (failure != null) {
            return failure;
        }
        boolean isWhole = isStopped && (hasEnded || !frames.isCutOff());
        Optional<ObjectNode> whole = isWhole
                ? message.write(root.path("stopReason").asText(""))
                : Optional.empty();
        if (whole.isEmpty()) {
            return Answers.malformed(head.status());
        }
        root.putObject("output").set("message", whole.get());
        return BedrockResponse.judge(call, head, root);
    }

    /** Takes one message; true when it brought a part of the answer. */
    private boolean take(Message frame) {
        return switch (header(frame, ":message-type")) {
            case "event" -> event(header(frame, ":event-type"), frame);
            case "exception" -> error(header(frame, ":exception-type"), "", frame);
            case "error" -> error(header(frame, ":error-code"), header(frame, ":error-message"), frame);
            // Kinds to come.
            default -> false;
        };
    }

    private boolean event(String type, Message frame) {
        return switch (type) {
            case "messageStart" -> start(!isStarted);
            case "contentBlockStart", "contentBlockDelta", "contentBlockStop" -> {
                start(isStarted && !isStopped);
                yield message.take(type, payload(frame));
            }
            case "messageStop" -> {
                start(isStarted && !isStopped);
                root.setAll(payload(frame));
                isStopped = true;
                yield false;
            }
            case "metadata" -> {
                root.setAll(payload(frame));
                hasEnded = isStopped;
                yield false;
            }
            // The answer to the request itself, and events to come.
            default -> false;
        };
    }

    private boolean start(boolean isInOrder) {
        isStarted = true;
        if (!isInOrder) {
            fail(Answers.malformed(head.status()));
        }
        return false;
    }

    private boolean error(String type, String told, Message frame) {
        JsonNode document = BedrockError.document(frame.getPayload());
        fail(BedrockErrors.inStream(call, head, BedrockError.of(type, told, document)));
        return false;
    }

    private void fail(CallOutcome outcome) {
        if (failure == null) {
            failure = outcome;
        }
        hasEnded = true;
    }

    private static ObjectNode payload(Message frame) {
        return Json.readObject(frame.getPayload());
    }

    private static String header(Message frame, String name) {
        HeaderValue value = frame.getHeaders().get(name);
        try {
            return value == null ? "" : value.getString();
        } catch (IllegalStateException e) {
            // A header of another type than text.
            return "";
        }
    }
}
