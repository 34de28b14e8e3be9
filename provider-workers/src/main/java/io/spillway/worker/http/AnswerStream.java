package io.spillway.worker.http;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

import org.apache.hc.core5.concurrent.Cancellable;
import org.apache.hc.core5.http.HttpEntity;
import org.jspecify.annotations.Nullable;

import io.spillway.worker.http.CallResult.Streamed;
import io.spillway.worker.provider.AnswerAssembler;
import io.spillway.worker.provider.CallOutcome;
import io.spillway.worker.provider.HttpAnswer;

/** Reads a streamed body as it arrives and stops where it has said all, or where it can no longer become an answer. */
final class AnswerStream {

    /** What a complete answer waits for the end of its body, so that the connection can be used again. */
    private static final long LINGER_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final HttpAnswer head;
    private final AnswerAssembler assembler;
    private final Exchange exchange;
    private @Nullable Streamed ended;

    private AnswerStream(HttpAnswer head, AnswerAssembler assembler, Exchange exchange) {
        this.head = head;
        this.assembler = assembler;
        this.exchange = exchange;
    }

    /**
     * Feeds the assembler.
     *
     * @param head of the response
     * @param cap most bytes of the body
     * @throws IOException when the body broke off, or was cut off, before the assembler said that all is said
     */
    static Streamed read(HttpAnswer head, HttpEntity entity, long cap, AnswerAssembler assembler, Cancellable request,
            Exchange exchange)
            throws IOException {
        AnswerStream stream = new AnswerStream(head, assembler, exchange);
        exchange.streaming();
        try {
            if (!BodyReader.read(entity, cap, exchange, stream::take)) {
                request.cancel();
            }
        } catch (IOException e) {
            // Cut first: closing an unfinished response would read it to its end.
            request.cancel();
            if (stream.ended == null) {
                throw e;
            }
        }
        return stream.ended == null ? stream.ended(assembler.end()) : stream.ended;
    }

    /** Goes on behind the end of an answer, so that the connection comes to its own. */
    private boolean take(byte[] buffer, int count) {
        if (ended != null) {
            return true;
        }
        return switch (assembler.feed(buffer, 0, count)) {
            case NOTHING -> true;
            case TOKEN -> {
                exchange.tokenReceived();
                yield true;
            }
            case ENDED -> {
                CallOutcome outcome = assembler.end();
                boolean isAnswer = outcome instanceof CallOutcome.Answered;
                if (isAnswer) {
                    // It may have come all at once.
                    exchange.tokenReceived();
                }
                ended = ended(outcome);
                exchange.lingering(LINGER_NANOS);
                yield isAnswer;
            }
        };
    }

    private Streamed ended(CallOutcome outcome) {
        return new Streamed(head, outcome, exchange.firstTokenMillis(), exchange.elapsedMillis());
    }
}
