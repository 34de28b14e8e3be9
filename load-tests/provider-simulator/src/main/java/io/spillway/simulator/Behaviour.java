package io.spillway.simulator;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a provider does with a call. {@link Completing} ones first do the work as the real API would (check the request, count it against
 * the limits, think for a while) and differ in what they then put on the wire; {@link Failing} ones never do the work;
 * {@link Composite} ones pick another behaviour for each call, the same in every run with the same seed.
 */
public sealed interface Behaviour {

    /** Does the work, then answers well or badly. Uses the configured latency of the provider unless it has its own. */
    sealed interface Completing extends Behaviour {}

    /** Does no work; nothing is paid. */
    sealed interface Failing extends Behaviour {}

    /** Picks another behaviour per call. */
    sealed interface Composite extends Behaviour {}

    /** Answers correctly after the latency. */
    record Healthy(Latency latency) implements Completing {}

    /** Answers correctly, but sends the body one byte per gap (the head is sent at once). */
    record Drip(Duration gap) implements Completing {}

    /** 200 and {@code application/json}, but the body is a proxy's HTML page. */
    record Garbage() implements Completing {}

    /** 200 with an error object as the body. */
    record ErrorBody() implements Completing {}

    /** A completion with no choices (OpenAI) or no content blocks (Anthropic). */
    record EmptyChoices() implements Completing {}

    /** A completion without usage figures. */
    record NoUsage() implements Completing {}

    /** A completion cut short by an orderly close. */
    record Truncated(Cut cut) implements Completing {

        /** Cuts in the middle of the body. */
        public Truncated() {
            this(Cut.BODY);
        }

        /** What is cut, or lied about. */
        public enum Cut {
            /** {@code Content-Length} of the whole body, half of the body, close. */
            BODY,
            /** The whole body, but a {@code Content-Length} 64 bytes longer, close. */
            LENGTH,
            /** Chunked: half of the body and no last chunk, close. */
            CHUNKED
        }
    }

    /**
     * Half of a stream's events, then nothing but signs of life until the client leaves. Without a stream: half of the body, then
     * silence.
     */
    record Stalled(Duration atMost) implements Completing {}

    /** Half of a stream's events, then one that reports an error. Without a stream: the error as the body. */
    record ErrorMidway() implements Completing {}

    /** Half of the body, then our direction is closed while the socket stays open until the client leaves. */
    record HalfClosed() implements Completing {}

    /** Half of the body, then a RST. */
    record ResetMidBody() implements Completing {}

    /** A well-formed completion whose text is filled up until the body has at least so many bytes. */
    record Huge(long bytes) implements Completing {}

    /** The provider is down. */
    record Outage(Mode mode) implements Failing {

        /** How it is down. */
        public enum Mode {
            /**
             * The port refuses connections and every open one is reset, calls in flight included (they are not paid). The admin paths
             * on this port are gone too. Inside a composite or for one model only, it acts as RESET.
             */
            REFUSE,
            /** Connections are accepted and each call is answered with a RST. */
            RESET,
            /** Every call gets a 503. */
            UNAVAILABLE
        }
    }

    /**
     * Too many requests.
     *
     * @param retryAfter the hint in the headers; none when empty
     * @param status 429 as a rule
     * @param code the API's code; empty for the usual one
     */
    record RateLimited(Optional<Duration> retryAfter, int status, String code) implements Failing {

        /** A 429 with the hint and the usual code. */
        public static RateLimited of(Duration retryAfter) {
            return new RateLimited(Optional.of(retryAfter), 429, "");
        }
    }

    /** An error in the API's own shape; an empty message asks for the usual words. */
    record ErrorStatus(int status, String code, String message) implements Failing {}

    /** Takes the request and sends nothing, for so long; then closes. */
    record Hang(Duration atMost) implements Failing {}

    /** Sends bytes that are no HTTP at all, then closes. */
    record NotHttp() implements Failing {}

    /** Waits, then behaves. A latency of the inner behaviour comes on top. */
    record Delayed(Latency latency, Behaviour then) implements Composite {}

    /** Picks one part per call, by weight. */
    record Mixture(List<Weighted> parts) implements Composite {
        public Mixture {
            parts = List.copyOf(parts);
            if (parts.stream().mapToDouble(Weighted::weight).sum() <= 0) {
                throw new IllegalArgumentException("parts need a positive total weight; give at least one part a weight above 0");
            }
        }
    }

    /** A part of a mixture; weights are relative to their sum. */
    record Weighted(double weight, Behaviour behaviour) {
        public Weighted {
            if (!(weight >= 0)) {
                throw new IllegalArgumentException("weight must be 0 or more, not " + weight);
            }
        }
    }

    /** Good and bad by turns, starting good, timed from the moment it is set. */
    record Flapping(Duration goodFor, Duration badFor, Behaviour good, Behaviour bad) implements Composite {
        public Flapping {
            if (!goodFor.plus(badFor).isPositive() || goodFor.isNegative() || badFor.isNegative()) {
                throw new IllegalArgumentException("goodFor and badFor must not be negative, and one must be above 0");
            }
        }
    }

    /** Every n-th call since it was set fails this way; the others are healthy at the configured latency. */
    record FailEvery(int n, Behaviour failure) implements Composite {
        public FailEvery {
            if (n < 1) {
                throw new IllegalArgumentException("n must be 1 or more, not " + n);
            }
        }
    }

    /** Healthy and instant. */
    static Behaviour healthy() {
        return new Healthy(Latency.none());
    }

    /** The share of calls (0 to 1) that behave as {@code failure}; the rest is healthy with the latency. */
    static Behaviour failing(double share, Behaviour failure, Latency latency) {
        return new Mixture(List.of(new Weighted(1 - share, new Healthy(latency)), new Weighted(share, failure)));
    }
}
