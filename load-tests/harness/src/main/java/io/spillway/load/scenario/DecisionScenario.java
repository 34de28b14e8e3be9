package io.spillway.load.scenario;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;

import org.HdrHistogram.Histogram;

import io.spillway.load.history.Findings;
import io.spillway.load.report.Distribution;
import io.spillway.load.report.ScenarioResult;
import io.spillway.router.domain.Catalogue;
import io.spillway.router.domain.DataClass;
import io.spillway.router.domain.Decision;
import io.spillway.router.domain.Deployment;
import io.spillway.router.domain.DeploymentHealth;
import io.spillway.router.domain.DeploymentHealth.Breaker;
import io.spillway.router.domain.Lane;
import io.spillway.router.domain.Progress;
import io.spillway.router.domain.RequestFacts;
import io.spillway.router.domain.Route;
import io.spillway.router.domain.Router;
import io.spillway.router.domain.Surroundings;
import io.spillway.router.domain.Tier;

/**
 * How long one decision takes with 50 deployments. Every call is timed on its own, so pauses of the machine are in the figures.
 * The cost of reading the clock twice is in them too.
 */
final class DecisionScenario implements Scenario {

    private static final int DEPLOYMENTS = 50;
    private static final int TIERS = 5;
    private static final int WARM_UP = 300_000;
    private static final int CALLS = 1_000_000;
    private static final long HIGHEST_NANOS = Duration.ofSeconds(10).toNanos();

    @Override
    public String name() {
        return "decision";
    }

    @Override
    public String summary() {
        return "time of one routing decision over 50 deployments";
    }

    @Override
    public boolean hasWorkload() {
        return false;
    }

    @Override
    public ScenarioResult run(ScenarioContext context) {
        SplittableRandom random = new SplittableRandom(context.seed());
        Instant now = Instant.parse("2026-01-01T00:00:00Z");
        Route route = route();
        Catalogue catalogue = Catalogue.of(1, Map.of(route.id(), route));
        Map<String, DeploymentHealth> health = health(catalogue, random, now);
        Surroundings around = new Surroundings(now, catalogue, 1, id -> health.getOrDefault(id, DeploymentHealth.unknown()),
                id -> Math.floorMod(id.hashCode(), 20), Deployment::concurrency);
        List<RequestFacts> requests = requests(random, now);
        context.progress().accept("warming up");
        long dispatched = decide(WARM_UP, requests, around, new Histogram(HIGHEST_NANOS, 3));
        context.progress().accept("timing " + CALLS + " decisions");
        Histogram nanos = new Histogram(HIGHEST_NANOS, 3);
        long begin = System.nanoTime();
        dispatched += decide(CALLS, requests, around, nanos);
        double seconds = (System.nanoTime() - begin) / 1e9;
        Map<String, Double> measures = new LinkedHashMap<>();
        measures.put("p50Micros", nanos.getValueAtPercentile(50) / 1e3);
        measures.put("p99Micros", nanos.getValueAtPercentile(99) / 1e3);
        measures.put("p999Micros", nanos.getValueAtPercentile(99.9) / 1e3);
        measures.put("maxMicros", nanos.getMaxValue() / 1e3);
        measures.put("decisionsPerSecond", CALLS / seconds);
        measures.put("dispatchedShare", dispatched / (double) (CALLS + WARM_UP));
        return new ScenarioResult(Findings.none(), measures, List.of(inMicros(nanos)), List.of(),
                List.of(DEPLOYMENTS + " deployments in " + TIERS + " tiers; a third of those in the first three tiers is open, "
                        + "cooling down or full, so most decisions look at several."));
    }

    private static long decide(int count, List<RequestFacts> requests, Surroundings around, Histogram nanos) {
        long dispatched = 0;
        for (int i = 0; i < count; i++) {
            RequestFacts request = requests.get(i % requests.size());
            long begin = System.nanoTime();
            Decision decision = Router.decide(request, Progress.none(), around);
            nanos.recordValue(Math.min(HIGHEST_NANOS, System.nanoTime() - begin));
            if (decision instanceof Decision.Dispatch) {
                dispatched++;
            }
        }
        return dispatched;
    }

    private static Route route() {
        List<Tier> tiers = new ArrayList<>();
        for (int tier = 0; tier < TIERS; tier++) {
            List<Tier.Candidate> candidates = new ArrayList<>();
            for (int i = 0; i < DEPLOYMENTS / TIERS; i++) {
                candidates.add(new Tier.Candidate(new Deployment("deployment-" + tier + "-" + i, "provider-" + i,
                        Optional.of(i % 2 == 0 ? "eu" : "us"), 64, OptionalLong.of(128_000), true, i % 3 != 0, true,
                        Set.of(DataClass.PUBLIC, DataClass.INTERNAL), false), 1 + i));
            }
            tiers.add(new Tier(tier, candidates, Duration.ofSeconds(30), Duration.ofSeconds(10)));
        }
        return new Route("chat", tiers, Optional.empty(), Duration.ofMinutes(10), 6, false, false);
    }

    private static Map<String, DeploymentHealth> health(Catalogue catalogue, SplittableRandom random, Instant now) {
        Map<String, DeploymentHealth> health = new HashMap<>();
        for (String id : catalogue.deployments().keySet().stream().sorted().toList()) {
            boolean isEarly = id.charAt("deployment-".length()) < '3';
            double draw = random.nextDouble();
            // The whole first tier is out for requests to look further.
            boolean isOpen = id.startsWith("deployment-0-") || (isEarly && draw < 0.2);
            boolean isCooling = isEarly && draw > 0.85;
            health.put(id, new DeploymentHealth(isOpen ? Breaker.OPEN : Breaker.CLOSED,
                    isOpen ? Optional.of(now.plusSeconds(20)) : Optional.empty(), Optional.empty(),
                    isCooling ? Optional.of(now.plusSeconds(5)) : Optional.empty(), Optional.empty(), 1.0, now, "failing"));
        }
        return health;
    }

    private static List<RequestFacts> requests(SplittableRandom random, Instant now) {
        List<RequestFacts> requests = new ArrayList<>();
        for (int i = 0; i < 4096; i++) {
            requests.add(new RequestFacts("request-" + i, random.nextDouble() < 0.2 ? Lane.BATCH : Lane.INTERACTIVE, "chat",
                    random.nextInt(10, 8000), 256, random.nextDouble() < 0.2, random.nextDouble() < 0.1, false,
                    DataClass.INTERNAL,
                    random.nextDouble() < 0.3 ? Set.of("eu") : Set.of(), now.plusSeconds(600)));
        }
        return requests;
    }

    /** The reports speak in microseconds; what is below one is shown as zero there and in full among the measures. */
    private static Distribution inMicros(Histogram nanos) {
        Histogram micros = new Histogram(HIGHEST_NANOS, 3);
        nanos.recordedValues().forEach(value -> micros.recordValueWithCount(value.getValueIteratedTo() / 1000,
                value.getCountAtValueIteratedTo()));
        return new Distribution("decision", micros);
    }
}
