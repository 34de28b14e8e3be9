package io.spillway.benchmark;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;

import io.spillway.router.domain.Catalogue;
import io.spillway.router.domain.DataClass;
import io.spillway.router.domain.Deployment;
import io.spillway.router.domain.DeploymentHealth;
import io.spillway.router.domain.DeploymentHealth.Breaker;
import io.spillway.router.domain.Lane;
import io.spillway.router.domain.RequestFacts;
import io.spillway.router.domain.Route;
import io.spillway.router.domain.Surroundings;
import io.spillway.router.domain.Tier;

/**
 * A world with 50 deployments in five tiers. The whole first tier is out and a third of the next two is open, cooling down or
 * full, so most decisions look at several.
 *
 * @param requests different ones, to be asked about in turn
 */
public record DecisionScene(Surroundings around, List<RequestFacts> requests) {

    public static final int DEPLOYMENTS = 50;
    public static final int TIERS = 5;
    /** A power of two, so that going round is cheap. */
    private static final int REQUESTS = 4096;
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    public DecisionScene {
        requests = List.copyOf(requests);
    }

    /** The same for the same seed. */
    public static DecisionScene of(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Route route = route();
        Catalogue catalogue = Catalogue.of(1, Map.of(route.id(), route));
        Map<String, DeploymentHealth> health = health(catalogue, random);
        Surroundings around = new Surroundings(NOW, catalogue, 1, id -> health.getOrDefault(id, DeploymentHealth.unknown()),
                id -> Math.floorMod(id.hashCode(), 20), Deployment::concurrency);
        return new DecisionScene(around, requests(random));
    }

    /** The request of that turn. */
    RequestFacts request(int turn) {
        return requests.get(turn & (REQUESTS - 1));
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

    private static Map<String, DeploymentHealth> health(Catalogue catalogue, SplittableRandom random) {
        Map<String, DeploymentHealth> health = new HashMap<>();
        for (String id : catalogue.deployments().keySet().stream().sorted().toList()) {
            boolean isEarly = id.charAt("deployment-".length()) < '3';
            double draw = random.nextDouble();
            boolean isOpen = id.startsWith("deployment-0-") || (isEarly && draw < 0.2);
            boolean isCooling = isEarly && draw > 0.85;
            health.put(id, new DeploymentHealth(isOpen ? Breaker.OPEN : Breaker.CLOSED,
                    isOpen ? Optional.of(NOW.plusSeconds(20)) : Optional.empty(), Optional.empty(),
                    isCooling ? Optional.of(NOW.plusSeconds(5)) : Optional.empty(), Optional.empty(), 1.0, 0.0, NOW, "failing"));
        }
        return health;
    }

    private static List<RequestFacts> requests(SplittableRandom random) {
        List<RequestFacts> requests = new ArrayList<>();
        for (int i = 0; i < REQUESTS; i++) {
            requests.add(new RequestFacts("request-" + i, random.nextDouble() < 0.2 ? Lane.BATCH : Lane.INTERACTIVE, "chat",
                    random.nextInt(10, 8000), 256, random.nextDouble() < 0.2, random.nextDouble() < 0.1, false,
                    DataClass.INTERNAL, random.nextDouble() < 0.3 ? Set.of("eu") : Set.of(), NOW.plusSeconds(600)));
        }
        return requests;
    }
}
