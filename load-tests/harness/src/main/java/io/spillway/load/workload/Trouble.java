package io.spillway.load.workload;

import java.time.Duration;
import java.util.Locale;

import io.spillway.simulator.Behaviour;
import io.spillway.simulator.Latency;

/** The ways a provider can fail during a run. */
public enum Trouble {
    /** Connections are refused, open ones reset. */
    REFUSE,
    /** Every call is answered with a reset. */
    RESET,
    /** 503 to every call. */
    UNAVAILABLE,
    /** 500 to every call. */
    ERRORS,
    /** 429 with a hint of one second. */
    RATE_LIMITED,
    /** Requests are taken and nothing comes back. */
    HANG,
    /** 200 with a page that is no completion. */
    GARBAGE,
    /** 200 with an error object. */
    ERROR_BODY,
    /** Completions cut in the middle. */
    TRUNCATED,
    /** Completions without choices. */
    EMPTY,
    /** Every second call gets a 500, the others are slow. */
    HALF;

    /** What the simulator does. */
    public Behaviour behaviour() {
        return switch (this) {
            case REFUSE -> new Behaviour.Outage(Behaviour.Outage.Mode.REFUSE);
            case RESET -> new Behaviour.Outage(Behaviour.Outage.Mode.RESET);
            case UNAVAILABLE -> new Behaviour.Outage(Behaviour.Outage.Mode.UNAVAILABLE);
            case ERRORS -> new Behaviour.ErrorStatus(500, "", "");
            case RATE_LIMITED -> Behaviour.RateLimited.of(Duration.ofSeconds(1));
            case HANG -> new Behaviour.Hang(Duration.ofMinutes(2));
            case GARBAGE -> new Behaviour.Garbage();
            case ERROR_BODY -> new Behaviour.ErrorBody();
            case TRUNCATED -> new Behaviour.Truncated();
            case EMPTY -> new Behaviour.EmptyChoices();
            case HALF -> Behaviour.failing(0.5, new Behaviour.ErrorStatus(500, "", ""), Latency.ofMillis(300));
        };
    }

    /** Reads {@code rate-limited} and the like; throws IllegalArgumentException for a word that is none. */
    static Trouble parse(String word) {
        return valueOf(word.strip().toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
