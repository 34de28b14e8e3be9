package io.spillway.worker.provider.stream;

import io.spillway.contract.json.MalformedJsonException;
import io.spillway.worker.provider.AnswerAssembler;
import io.spillway.worker.provider.Answers;
import io.spillway.worker.provider.CallOutcome;

/** Assembles an answer from messages: a decoder finds them, a reader knows what they mean. */
public final class EventAssembler implements AnswerAssembler {

    private final EventDecoder decoder;
    private final EventReader reader;
    private final int httpStatus;
    private Progress progress = Progress.NOTHING;
    private boolean isBroken;

    /** @param httpStatus the status under which the stream came */
    public EventAssembler(EventDecoder decoder, EventReader reader, int httpStatus) {
        this.decoder = decoder;
        this.reader = reader;
        this.httpStatus = httpStatus;
    }

    /** For a stream of server-sent events. */
    public static EventAssembler ofServerSentEvents(EventReader reader, int httpStatus) {
        return new EventAssembler(new SseDecoder(EventDecoder.MAX_EVENT_BYTES), reader, httpStatus);
    }

    /** For a stream of lines of JSON. */
    public static EventAssembler ofLines(EventReader reader, int httpStatus) {
        return new EventAssembler(new NdjsonDecoder(EventDecoder.MAX_EVENT_BYTES), reader, httpStatus);
    }

    @Override
    public Progress feed(byte[] bytes, int offset, int length) {
        if (progress == Progress.ENDED) {
            return progress;
        }
        progress = Progress.NOTHING;
        boolean fits = decoder.feed(bytes, offset, length, this::take);
        if (!fits && progress != Progress.ENDED) {
            breakOff();
        }
        return progress;
    }

    @Override
    public CallOutcome end() {
        if (progress != Progress.ENDED) {
            decoder.finish(this::take);
        }
        return isBroken ? Answers.malformed(httpStatus) : reader.end();
    }

    private void take(StreamEvent event) {
        if (progress == Progress.ENDED || event.isBlank()) {
            return;
        }
        try {
            switch (reader.read(event)) {
                case NOTHING -> {}
                case TOKEN -> progress = Progress.TOKEN;
                case ENDED -> progress = Progress.ENDED;
            }
        } catch (MalformedJsonException | MalformedStreamException e) {
            breakOff();
        }
    }

    private void breakOff() {
        isBroken = true;
        progress = Progress.ENDED;
    }
}
