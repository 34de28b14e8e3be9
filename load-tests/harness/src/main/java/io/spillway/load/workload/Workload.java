package io.spillway.load.workload;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is sent, and to whom.
 *
 * @param rate requests per second offered
 * @param duration of sending, warm-up included
 * @param warmUp what is sent in this first part is not measured
 * @param batchShare share of requests that go to the batch lane, 0 to 1
 * @param repeatShare share of sends that repeat an earlier request under the same id, 0 to 1
 * @param prompt sizes of prompts
 * @param deadline of every request
 * @param patience how long answers are waited for after the last send
 * @param settle how long further answers are looked for after the last expected one
 * @param window most requests without an answer; 0 = no such limit (the open model)
 * @param requests what a scenario holds in stock: requests left open, or rows of a batch; 0 where it has no such stock
 * @param partitions of every topic that has more than one
 * @param providers in order of their tiers
 * @param outages what happens to providers, and when
 */
public record Workload(String name, double rate, Duration duration, Duration warmUp, Arrival arrival, double batchShare,
        double repeatShare, Prompt prompt, Duration deadline, Duration patience, Duration settle, int window, int requests,
        int partitions, List<Provider> providers, List<Outage> outages) {

    /** How requests follow each other. */
    public enum Arrival {
        /** Independent callers: exponentially distributed gaps. */
        POISSON,
        /** Equal gaps. */
        CONSTANT
    }

    /** Prompt sizes in bytes, evenly between the two, both included. */
    public record Prompt(int leastBytes, int mostBytes) {}

    /**
     * A simulated provider with one deployment, {@code <name>-1}.
     *
     * @param api openai or anthropic
     * @param latency as the simulator's {@code Latency.parse} takes it
     * @param tier index of the route's tier it belongs to
     * @param timeout longest duration of one call of that tier
     * @param concurrency calls in flight
     * @param maxConcurrent above this the provider itself refuses calls; 0 = never
     * @param lastResort it belongs to no tier and is asked when all tiers failed
     * @param dataClasses what it may see; requests are internal, so one without that class must never be used
     */
    public record Provider(String name, String api, String latency, int tier, Duration timeout, int concurrency,
            int maxConcurrent, Set<String> dataClasses, boolean lastResort) {

        public Provider {
            dataClasses = Set.copyOf(dataClasses);
        }

        public String deployment() {
            return name + "-1";
        }

        /** Whether policy lets it serve the requests of a run. */
        public boolean isAllowed() {
            return dataClasses.contains("internal");
        }
    }

    /**
     * A provider misbehaves for a while.
     *
     * @param provider which; empty for all
     * @param at since the first send
     * @param kind see {@link Trouble}
     */
    public record Outage(Optional<String> provider, Duration at, Duration length, Trouble kind) {}

    public Workload {
        providers = List.copyOf(providers);
        outages = List.copyOf(outages);
    }

    /** The same, sent for another time; the warm-up and the outages keep their share of it. */
    public Workload lasting(Duration other) {
        double factor = (double) other.toMillis() / duration.toMillis();
        return new Workload(name, rate, other, scaled(warmUp, factor), arrival, batchShare, repeatShare, prompt, deadline,
                patience,
                settle, window, requests, partitions, providers, outages.stream().map(outage -> new Outage(outage.provider(),
                        scaled(outage.at(), factor), scaled(outage.length(), factor), outage.kind())).toList());
    }

    /** The same at another rate. */
    public Workload at(double other) {
        return new Workload(name, other, duration, warmUp, arrival, batchShare, repeatShare, prompt, deadline, patience, settle,
                window, requests, partitions, providers, outages);
    }

    /** The same with some of its providers. */
    public Workload with(List<Provider> some) {
        return new Workload(name, rate, duration, warmUp, arrival, batchShare, repeatShare, prompt, deadline, patience, settle,
                window, requests, partitions, some, outages);
    }

    /** The same with another stock of requests. */
    public Workload holding(int other) {
        return new Workload(name, rate, duration, warmUp, arrival, batchShare, repeatShare, prompt, deadline, patience, settle,
                window, other, partitions, providers, outages);
    }

    private static Duration scaled(Duration duration, double factor) {
        return Duration.ofMillis(Math.round(duration.toMillis() * factor));
    }
}
