package io.spillway.load.rig;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * Faults that a running system is put through, by their rows in the fault matrix of load-tests/README.md. Rows of one lane follow each
 * other, rows of different lanes overlap.
 */
public enum Row {
    /** A stall while the others notice, then all goes on. */
    BROKER_KILLED(1, Lane.CORE, 26, "one broker is killed and comes back; another is stopped for a while"),
    /** Nothing is acknowledged meanwhile, so nothing is lost. */
    BROKERS_LOST(2, Lane.CORE, 22, "two of three brokers are killed and come back"),
    /** The broker ends, the others go on; it comes back with space. */
    BROKER_DISK_FULL(26, Lane.CORE, 22, "the disk of a broker is full"),
    /** What was not committed is undone and done again. */
    ROUTER_KILLED(3, Lane.CORE, 18, "routers are killed again and again"),
    /** Requests change hands; no call is paid twice for it. */
    ROUTERS_ROLLED(4, Lane.CORE, 26, "routers are restarted one after the other, and one joins and leaves"),
    /** Its requests wait for space or for another router. */
    ROUTER_DISK_FULL(26, Lane.CORE, 16, "the disk of a router's state is full"),
    /** Its requests go to another router; what it sent comes late and counts for nothing. */
    NETWORK_PARTED(31, Lane.CORE, 44, "the network between a router and the brokers parts, then carries one way only"),
    /** One more call at most for each that was lost. */
    WORKER_KILLED(5, Lane.WORKERS, 10, "workers are killed with calls in flight"),
    /** Its late results reach nobody. */
    WORKER_PAUSED(6, Lane.WORKERS, 32, "a worker is stopped for longer than its leases and goes on as a zombie"),
    /** Nobody notices. */
    CLOCK_SKEWED(23, Lane.CLOCKS, 40, "the clock of a worker is a quarter of an hour off"),
    /** Routers go by what they see themselves; nobody is taken for ill afterwards. */
    AGGREGATOR_GONE(22, Lane.AGGREGATORS, 44,
            "the health-aggregator is away for longer than its word counts, and comes back empty"),
    /** Either reads what the other wrote. Not while an aggregator is away: it would be started too soon. */
    VERSIONS_MIXED(32, Lane.AGGREGATORS, 66, "every process goes back to another version, one by one, and forth again"),
    /** The next deployment answers in time; so it is with all faults of one provider. */
    SILENT(9, Lane.PROVIDERS, 7, "a provider does not answer, or answers too late"),
    /** The call ends at its total time. */
    DRIP(10, Lane.PROVIDERS, 6, "a provider sends a byte at a time"),
    /** Sick. */
    BROKEN_CONNECTION(11, Lane.PROVIDERS, 8, "a provider resets, refuses or half-closes connections"),
    /** Sick; without usage an answer all the same. */
    GARBAGE(12, Lane.PROVIDERS, 7, "a provider answers with garbage, or without usage"),
    /** Half an answer is none. */
    TRUNCATED(13, Lane.PROVIDERS, 7, "a provider cuts its answers"),
    /** No answer either. */
    ERROR_AS_SUCCESS(14, Lane.PROVIDERS, 6, "a provider answers 200 with an error, or with nothing"),
    /** Cut off at the cap. */
    HUGE(15, Lane.PROVIDERS, 5, "a provider sends a body beyond the cap"),
    /** A rest, not an illness. */
    RATE_LIMITED(18, Lane.PROVIDERS, 6, "a provider answers 429 to everything"),
    /** The deployment is suspended and tried again without an operator. */
    UNAUTHORIZED(19, Lane.PROVIDERS, 5, "a provider refuses the key for a while"),
    /** Not every turn is followed. */
    FLAPPING(20, Lane.PROVIDERS, 9, "a provider is well and ill by turns"),
    /** Requests are parked and answered afterwards. */
    ALL_DOWN(21, Lane.PROVIDERS, 8, "every provider is down"),
    /** Nothing for the same, a conflict for another. */
    OTHER_BODY(7, Lane.CALLERS, 4, "finished and open ids are sent again, with the same body and with another"),
    /** Nothing. */
    EVENTS_REPLAYED(8, Lane.CALLERS, 4, "attempt results and telemetry are written again, backwards"),
    /** Each becomes a dead letter with its place, and the partition moves on. */
    POISON(24, Lane.CALLERS, 4, "records that cannot be read, on every topic that is consumed"),
    /** The caller is told. */
    OVERSIZE(25, Lane.CALLERS, 4, "prompts that are too large"),
    /** It names the setting and ends with 2. */
    BAD_CONFIGURATION(28, Lane.CALLERS, 8, "an application is started with a setting that does not exist"),
    /** It names them, makes none and ends with 1. */
    TOPICS_MISSING(29, Lane.CALLERS, 12, "a router is started where its topics are missing"),
    /** It ends; the others go on. */
    OUT_OF_MEMORY(30, Lane.CALLERS, 10, "a router has too little memory");

    /** What is struck. */
    public enum Lane {
        /** Brokers and routers: were they struck at once all the time, nothing would move and little be learnt. */
        CORE, WORKERS, CLOCKS, AGGREGATORS, PROVIDERS, CALLERS
    }

    /** A row of the matrix that no running system is put through here. */
    public record Elsewhere(int number, String fault, String why) {}

    private static final List<Elsewhere> ELSEWHERE = List.of(
            new Elsewhere(16, "TLS: expired, wrong host, untrusted, too old",
                    "simulated providers speak plain HTTP; see the table in load-tests/README.md for the test"),
            new Elsewhere(17, "DNS fails, is slow, changes",
                    "simulated providers have numeric addresses; see the table in load-tests/README.md for the test"),
            new Elsewhere(27, "a budget runs out in a burst", "the router keeps no budgets yet, so there is nothing to exceed"));

    private final int number;
    private final Lane lane;
    private final int seconds;
    private final String fault;

    Row(int number, Lane lane, int seconds, String fault) {
        this.number = number;
        this.lane = lane;
        this.seconds = seconds;
        this.fault = fault;
    }

    /** Number of the row in the matrix; two faults may share one. */
    public int number() {
        return number;
    }

    public Lane lane() {
        return lane;
    }

    /** From the first strike until what was struck should be well again, with the time that takes. */
    public Duration length() {
        return Duration.ofSeconds(seconds);
    }

    /** What happens, in words. */
    public String fault() {
        return fault;
    }

    /** Rows that cannot be run like this, and why. */
    public static List<Elsewhere> elsewhere() {
        return ELSEWHERE;
    }

    /** Whether the matrix has a row of that number. */
    public static boolean exists(int number) {
        return Arrays.stream(values()).anyMatch(row -> row.number == number)
                || ELSEWHERE.stream().anyMatch(row -> row.number == number);
    }
}
