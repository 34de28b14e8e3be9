package io.spillway.cli.demo;

import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.TimeUnit;

import io.spillway.cli.submit.OutgoingRequest;

/**
 * Hands out the batch's requests at a steady pace, and fails the primary before the first request of the second third, so that
 * at least this one meets the outage. The primary comes back when the second third is out and a failover was seen.
 */
final class DemoScript implements Iterator<OutgoingRequest> {

    /** How long the sending of a small batch takes; large ones go out at the highest pace. */
    private static final Duration LENGTH = Duration.ofSeconds(12);
    private static final Duration SLOWEST = Duration.ofMillis(250);
    private static final Duration FASTEST = Duration.ofMillis(2);

    /** What the script does to the world. */
    interface Stage {

        void primaryFails();

        void primaryReturns();
    }

    private final List<OutgoingRequest> requests;
    private final Stage stage;
    private final long gapNanos;
    private final long begin;
    private int handedOut;
    private int open;
    private boolean down;
    private boolean back;

    DemoScript(List<OutgoingRequest> requests, Stage stage, long nanoTime) {
        this.requests = List.copyOf(requests);
        this.stage = stage;
        this.begin = nanoTime;
        this.gapNanos = Math.clamp(LENGTH.toNanos() / Math.max(1, requests.size()), FASTEST.toNanos(), SLOWEST.toNanos());
    }

    /**
     * Whether a request is due. While others are open this does not wait, so that their answers are read in time; when none is,
     * it waits for the next.
     */
    @Override
    public boolean hasNext() {
        if (handedOut == requests.size()) {
            return false;
        }
        long due = begin + handedOut * gapNanos;
        if (open == 0) {
            waitUntil(due);
        }
        return System.nanoTime() - due >= 0;
    }

    @Override
    public OutgoingRequest next() {
        if (handedOut == requests.size()) {
            throw new NoSuchElementException();
        }
        if (!down && handedOut >= requests.size() / 3) {
            down = true;
            stage.primaryFails();
        }
        open++;
        return requests.get(handedOut++);
    }

    /** Told how many requests are sent and not answered. */
    void open(int count) {
        open = count;
    }

    /** Told after every answer: whether the primary may come back. */
    void answered(boolean failoverSeen) {
        if (down && !back && failoverSeen && handedOut >= Math.ceilDiv(2 * requests.size(), 3)) {
            back = true;
            stage.primaryReturns();
        }
    }

    private static void waitUntil(long nanoTime) {
        long left = nanoTime - System.nanoTime();
        if (left > 0) {
            try {
                TimeUnit.NANOSECONDS.sleep(left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
