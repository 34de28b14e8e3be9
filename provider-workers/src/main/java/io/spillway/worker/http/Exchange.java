package io.spillway.worker.http;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

import org.apache.hc.core5.concurrent.Cancellable;
import org.apache.hc.core5.http.EndpointDetails;
import org.jspecify.annotations.Nullable;

import io.spillway.v1.SendState;
import io.spillway.v1.TimeoutPhase;

/**
 * What is known about one running exchange: which phase it is in, until when, and how much went over the wire. Written by the
 * calling thread, watched by the {@link Watchdog}.
 */
final class Exchange {

    /** Why the exchange was cut off by us. */
    sealed interface Cut {
        record Expired(TimeoutPhase phase) implements Cut {}

        record Aborted() implements Cut {}
    }

    private final Cancellable request;
    private final CallTimeouts timeouts;
    private final LongSupplier nanoTime;
    private final long startedNanos;
    private final long totalDeadline;
    private final AtomicReference<@Nullable Cut> cut = new AtomicReference<>();

    private volatile TimeoutPhase phase = TimeoutPhase.CONNECT;
    private volatile long phaseDeadline;
    private @Nullable EndpointDetails endpoint;
    private boolean isTunnelFresh;
    private long sentBefore;
    private long receivedBefore;
    private long headNanos;
    private long sendingNanos;
    private long firstTokenNanos;
    private boolean isStream;

    Exchange(Cancellable request, CallTimeouts timeouts, LongSupplier nanoTime, long startedNanos) {
        this.request = request;
        this.timeouts = timeouts;
        this.nanoTime = nanoTime;
        this.startedNanos = startedNanos;
        this.totalDeadline = startedNanos + timeouts.total().toNanos();
        this.phaseDeadline = nanoTime.getAsLong() + timeouts.connect().toNanos();
    }

    /** The proxy opened a tunnel: the bytes so far were between it and us. */
    void tunnelled() {
        isTunnelFresh = true;
    }

    /** The connection is there; writing the request begins. */
    void sending(@Nullable EndpointDetails details) {
        endpoint = details;
        sentBefore = details == null ? 0 : details.getSentBytesCount();
        receivedBefore = details == null ? 0 : details.getReceivedBytesCount();
        sendingNanos = nanoTime.getAsLong();
        enter(TimeoutPhase.FIRST_BYTE, timeouts.firstByte().toNanos());
    }

    void headReceived() {
        headNanos = nanoTime.getAsLong();
        enter(TimeoutPhase.IDLE_GAP, timeouts.idleGap().toNanos());
    }

    /** Some of the body arrived. A stream lives by its tokens, not by its bytes. */
    void progressed() {
        if (!isStream) {
            phaseDeadline = nanoTime.getAsLong() + timeouts.idleGap().toNanos();
        }
    }

    /** The body is a stream, whose first token counts as the first byte. */
    void streaming() {
        isStream = true;
        enter(TimeoutPhase.FIRST_BYTE, sendingNanos + timeouts.firstToken().toNanos() - nanoTime.getAsLong());
    }

    /** A token of the stream arrived. */
    void tokenReceived() {
        if (firstTokenNanos == 0) {
            firstTokenNanos = nanoTime.getAsLong();
        }
        enter(TimeoutPhase.IDLE_GAP, timeouts.idleGap().toNanos());
    }

    /** All that is wanted of the stream arrived; the connection has so long to come to its end. */
    void lingering(long nanos) {
        enter(TimeoutPhase.IDLE_GAP, nanos);
    }

    /** Cuts the exchange off when a limit is reached; called again and again. */
    void check(long now) {
        if (now - totalDeadline >= 0) {
            end(new Cut.Expired(TimeoutPhase.TOTAL));
        } else if (now - phaseDeadline >= 0) {
            end(new Cut.Expired(phase));
        }
    }

    /** Until the phase or the whole has to end; 0 when it should have ended. */
    long millisLeft() {
        long nanos = Math.min(totalDeadline - nanoTime.getAsLong(), phaseDeadline - nanoTime.getAsLong());
        return nanos <= 0 ? 0 : TimeUnit.NANOSECONDS.toMillis(nanos) + 1;
    }

    void abort() {
        end(new Cut.Aborted());
    }

    @Nullable
    Cut cut() {
        return cut.get();
    }

    TimeoutPhase phase() {
        return phase;
    }

    /** Whether the connection had carried an exchange before. */
    boolean wasReused() {
        return sentBefore > 0 && !isTunnelFresh;
    }

    /**
     * How far the request got. Bytes count as sent once the operating system took them; a write that failed at the first flush
     * reached nobody.
     */
    SendState sent() {
        EndpointDetails details = endpoint;
        if (headNanos != 0) {
            return SendState.ANSWERED;
        }
        if (phase == TimeoutPhase.CONNECT) {
            return SendState.NOT_SENT;
        }
        if (details == null) {
            return SendState.MAYBE_SENT;
        }
        if (details.getReceivedBytesCount() > receivedBefore) {
            return SendState.ANSWERED;
        }
        return details.getSentBytesCount() > sentBefore ? SendState.MAYBE_SENT : SendState.NOT_SENT;
    }

    /** Until the first token, or until the response's head when none came. */
    long firstTokenMillis() {
        return firstTokenNanos == 0 ? firstByteMillis() : TimeUnit.NANOSECONDS.toMillis(firstTokenNanos - startedNanos);
    }

    long firstByteMillis() {
        return TimeUnit.NANOSECONDS.toMillis(headNanos - startedNanos);
    }

    long elapsedMillis() {
        return TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong() - startedNanos);
    }

    private void enter(TimeoutPhase next, long nanos) {
        phaseDeadline = nanoTime.getAsLong() + nanos;
        phase = next;
    }

    private void end(Cut reason) {
        if (cut.compareAndSet(null, reason)) {
            // Closing a socket may block on a lock held by its reader: never on the watchdog's thread.
            Thread.ofVirtual().name("spillway-http-cut").start(request::cancel);
        }
    }
}
