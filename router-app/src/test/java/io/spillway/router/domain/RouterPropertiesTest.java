package io.spillway.router.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import io.spillway.router.domain.Decision.Defer;
import io.spillway.router.domain.Decision.Dispatch;
import io.spillway.router.domain.Decision.Reject;
import io.spillway.router.domain.DeploymentHealth.Breaker;

/** What holds for every decision, tried on thousands of random situations. A failure names the seed that shows it. */
class RouterPropertiesTest {

    private static final int SITUATIONS = 5_000;
    private static final Instant NOW = Scene.NOW;

    /** One random situation. */
    private record Situation(RequestFacts facts, Progress progress, Route route, Map<String, DeploymentHealth> health,
            Map<String, Integer> open, Instant now) {

        static final int LIMIT = 4;

        Surroundings surroundings() {
            return new Surroundings(now, Catalogue.of(1, Map.of("chat", route)), 1,
                    id -> health.getOrDefault(id, DeploymentHealth.unknown()), id -> open.getOrDefault(id, 0),
                    deployment -> LIMIT);
        }

        Decision decide() {
            return Router.decide(facts, progress, surroundings());
        }
    }

    @Test
    void shouldNeverDispatchWhereItIsForbidden() {
        int dispatched = 0;
        for (int seed = 0; seed < SITUATIONS; seed++) {
            Situation situation = situation(new Random(seed));
            if (situation.decide() instanceof Dispatch dispatch) {
                dispatched++;
                assertThat(forbidden(dispatch.deployment(), situation)).as("seed %d: %s", seed, dispatch.deployment()).isEmpty();
            }
        }
        assertThat(dispatched).as("situations that say something").isGreaterThan(SITUATIONS / 4);
    }

    @Test
    void shouldDecideTheSameForTheSameInputs() {
        for (int seed = 0; seed < SITUATIONS; seed++) {
            Situation situation = situation(new Random(seed));
            assertThat(situation.decide()).as("seed %d", seed).isEqualTo(situation(new Random(seed)).decide());
        }
    }

    @Test
    void shouldNameEveryCandidateItPassedOver() {
        for (int seed = 0; seed < SITUATIONS; seed++) {
            Situation situation = situation(new Random(seed));
            Decision decision = situation.decide();
            for (Rejection rejection : decision.rejected()) {
                assertThat(rejection.detail()).as("seed %d: %s", seed, rejection).isNotBlank();
            }
            Set<String> named = decision.rejected().stream().map(Rejection::deployment).collect(Collectors.toSet());
            if (decision instanceof Dispatch dispatch && dispatch.tier().index() < situation.route().tiers().size()) {
                for (Tier tier : situation.route().tiers().subList(0, dispatch.tier().index())) {
                    for (Tier.Candidate candidate : tier.candidates()) {
                        String id = candidate.deployment().id();
                        // One that was tried and may be tried again gives way to an untried one of a lower tier.
                        assertThat(named.contains(id) || situation.progress().visits().containsKey(id))
                                .as("seed %d: %s", seed, id)
                                .isTrue();
                    }
                }
            }
            if (decision instanceof Defer && situation.facts().lane() == Lane.INTERACTIVE) {
                List<String> all = situation.route().tiers().stream().flatMap(tier -> tier.candidates().stream())
                        .map(candidate -> candidate.deployment().id()).toList();
                assertThat(named).as("seed %d", seed).containsAll(all);
            }
        }
    }

    @Test
    void shouldNumberAttemptsAndKeepToTheDeadline() {
        for (int seed = 0; seed < SITUATIONS; seed++) {
            Situation situation = situation(new Random(seed));
            Instant deadline = situation.facts().deadline();
            switch (situation.decide()) {
                case Dispatch dispatch -> {
                    assertThat(dispatch.progress().attempts()).as("seed %d", seed).isEqualTo(situation.progress().attempts() + 1);
                    assertThat(dispatch.startBy()).as("seed %d", seed).isBeforeOrEqualTo(deadline).isAfter(situation.now());
                    assertThat(situation.now().plus(dispatch.timeout())).as("seed %d", seed).isBeforeOrEqualTo(deadline);
                }
                case Defer defer -> {
                    assertThat(defer.until()).as("seed %d", seed).isAfter(situation.now()).isBeforeOrEqualTo(deadline)
                            .isBeforeOrEqualTo(situation.now().plus(Router.LONGEST_PAUSE));
                    assertThat(defer.progress().attempts()).as("seed %d", seed).isEqualTo(situation.progress().attempts());
                }
                case Reject reject -> assertThat(reject.message()).as("seed %d", seed).isNotBlank();
            }
        }
    }

    /**
     * A request is taken through hours of made-up trouble, after which one deployment works. It must be answered before its
     * deadline, soon after that, and along the way never go where it must not.
     */
    @Test
    void shouldAnswerOnceSomeDeploymentWorks() {
        for (int seed = 0; seed < 1_000; seed++) {
            Random random = new Random(seed);
            Situation start = situation(random);
            List<Tier.Candidate> all = start.route().tiers().stream().flatMap(tier -> tier.candidates().stream()).toList();
            Optional<Deployment> saviour = all.stream().map(Tier.Candidate::deployment)
                    .filter(deployment -> demandsMet(deployment, start.facts(), 0)).findFirst();
            if (saviour.isEmpty()) {
                continue;
            }
            Instant recovery = NOW.plusSeconds(random.nextInt(3_600));
            Journey journey = new Journey(start, saviour.get().id(), recovery, random);
            assertThat(journey.answeredAt()).as("seed %d: %s", seed, journey.log).isNotNull();
            // Longest pause, the longest hint, and a call that was under way to somebody else.
            assertThat(journey.answeredAt()).as("seed %d: %s", seed, journey.log).isBefore(recovery.plusSeconds(300));
        }
    }

    /** The life of one request in a world of trouble. */
    private static final class Journey {

        private final Situation start;
        private final String saviour;
        private final Instant recovery;
        private final Random random;
        final List<String> log = new ArrayList<>();

        Journey(Situation start, String saviour, Instant recovery, Random random) {
            this.start = start;
            this.saviour = saviour;
            this.recovery = recovery;
            this.random = random;
        }

        Instant answeredAt() {
            RequestFacts f = start.facts();
            RequestFacts facts = new RequestFacts(f.requestId(), f.lane(), f.route(), f.leastPromptTokens(), f.outputTokens(),
                    f.tools(),
                    f.vision(), f.jsonSchema(), f.dataClass(), f.regions(), NOW.plus(Duration.ofHours(2)));
            Progress progress = Progress.none();
            Instant now = NOW;
            for (int step = 0; step < 20_000; step++) {
                Situation situation = new Situation(facts, progress, start.route(), health(now), Map.of(), now);
                Decision decision = situation.decide();
                log.add(Duration.between(NOW, now) + " " + decision.reason());
                switch (decision) {
                    case Dispatch dispatch -> {
                        assertThat(forbidden(dispatch.deployment(), situation)).isEmpty();
                        assertThat(dispatch.progress().attempts()).isEqualTo(progress.attempts() + 1);
                        if (dispatch.deployment().id().equals(saviour) && !now.isBefore(recovery)) {
                            return now;
                        }
                        now = now.plusMillis(50 + random.nextInt(20_000));
                        progress = dispatch.progress().failed(dispatch.deployment().id(), dispatch.deployment().contextWindow(),
                                failure(), now, random.nextDouble());
                    }
                    case Defer defer -> {
                        progress = defer.progress();
                        now = defer.until();
                    }
                    case Reject reject -> {
                        log.add("ended: " + reject);
                        return null;
                    }
                }
            }
            log.add("no end");
            return null;
        }

        private AttemptFailure failure() {
            FailureKind[] kinds = {FailureKind.RATE_LIMITED, FailureKind.QUOTA_EXHAUSTED, FailureKind.OVERLOADED,
                    FailureKind.SERVER_ERROR,
                    FailureKind.CONNECTION_FAILED, FailureKind.TIMEOUT, FailureKind.MALFORMED_RESPONSE, FailureKind.QUEUE_TIMEOUT,
                    FailureKind.WORKER_LOST, FailureKind.UNKNOWN};
            Optional<Duration> hint = random.nextBoolean()
                    ? Optional.empty()
                    : Optional.of(Duration.ofSeconds(random.nextInt(4_000)));
            return new AttemptFailure(kinds[random.nextInt(kinds.length)], SendState.values()[random.nextInt(3)], false, hint);
        }

        /** Everybody else may rest for hours; the saviour is judged well from its recovery on. */
        private Map<String, DeploymentHealth> health(Instant now) {
            Map<String, DeploymentHealth> health = new HashMap<>();
            start.health()
                    .forEach((id, first) -> health.put(id,
                            new DeploymentHealth(first.breaker(), Optional.of(now.plusSeconds(7_200)),
                                    first.probe(), Optional.empty(), first.suspendedUntil().map(until -> NOW.plusSeconds(7_200)),
                                    first.ramp(), first.shareWhenLast(), now, "down")));
            if (!now.isBefore(recovery)) {
                health.put(saviour, Scene.closed(1.0, now));
            }
            return health;
        }
    }

    /** Why a deployment must not be called now: written down once more, without a look at how the router does it. */
    private static List<String> forbidden(Deployment deployment, Situation situation) {
        List<String> reasons = forbiddenWhileOthersAreLeft(deployment, situation);
        // Whether one that was tried may be tried again depends on more than is repeated here.
        boolean isLast = situation.route().tiers().stream().flatMap(tier -> tier.candidates().stream())
                .map(Tier.Candidate::deployment).noneMatch(other -> !situation.progress().visits().containsKey(other.id())
                        && forbiddenWhileOthersAreLeft(other, situation).isEmpty());
        double draw = Draw.of(situation.facts().requestId(), situation.progress().attempts() + 1);
        return isLast && reasons.equals(List.of("breaker"))
                && draw < situation.health().get(deployment.id()).shareWhenLast() ? List.of() : reasons;
    }

    private static List<String> forbiddenWhileOthersAreLeft(Deployment deployment, Situation situation) {
        List<String> reasons = new ArrayList<>();
        if (!demandsMet(deployment, situation.facts(), situation.progress().windowTooSmall())) {
            reasons.add("policy");
        }
        if (deployment.drain()) {
            reasons.add("drained");
        }
        if (situation.open().getOrDefault(deployment.id(), 0) >= Situation.LIMIT) {
            reasons.add("full");
        }
        Visit visit = situation.progress().visits().get(deployment.id());
        if (visit != null && visit.notBefore().isPresent() && visit.notBefore().get().isAfter(situation.now())) {
            reasons.add("pausing");
        }
        if (visit != null && Set.of(FailureKind.TIMEOUT, FailureKind.QUOTA_EXHAUSTED).contains(visit.lastFailure())) {
            reasons.add("tried");
        }
        DeploymentHealth health = situation.health().get(deployment.id());
        if (health != null && Duration.between(health.computedAt(), situation.now()).compareTo(Duration.ofSeconds(30)) <= 0) {
            if (health.breaker() == Breaker.OPEN || health.breaker() == Breaker.HALF_OPEN && health.probe().isEmpty()) {
                reasons.add("breaker");
            }
            if (Stream.of(health.cooldownUntil(), health.suspendedUntil()).flatMap(Optional::stream)
                    .anyMatch(until -> until.isAfter(situation.now()))) {
                reasons.add("resting");
            }
        }
        return reasons;
    }

    private static boolean demandsMet(Deployment deployment, RequestFacts facts, long tooSmall) {
        return deployment.dataClasses().contains(facts.dataClass())
                && (facts.regions().isEmpty() || facts.regions().contains(deployment.region().orElse("")))
                && (!facts.tools() || deployment.tools()) && (!facts.vision() || deployment.vision())
                && (!facts.jsonSchema() || deployment.jsonSchema())
                && deployment.contextWindow().orElse(Long.MAX_VALUE) >= facts.leastPromptTokens()
                && (tooSmall == 0 || deployment.contextWindow().orElse(0) > tooSmall) && !deployment.drain();
    }

    private static Situation situation(Random random) {
        Map<String, DeploymentHealth> health = new HashMap<>();
        Map<String, Integer> open = new HashMap<>();
        Map<String, Visit> visits = new HashMap<>();
        List<Tier> tiers = new ArrayList<>();
        int tierCount = 1 + random.nextInt(3);
        for (int tier = 0; tier < tierCount; tier++) {
            int index = tier;
            tiers.add(new Tier(tier,
                    IntStream.rangeClosed(0, random.nextInt(4))
                            .mapToObj(i -> new Tier.Candidate(deployment("d" + index + "-" + i, random), 1 + random.nextInt(5)))
                            .toList(),
                    Duration.ofSeconds(20), Duration.ofSeconds(2)));
        }
        Optional<Tier> lastResort = random.nextInt(3) > 0
                ? Optional.empty()
                : Optional.of(
                        new Tier(tierCount, List.of(new Tier.Candidate(deployment("local", random), 1)), Duration.ofSeconds(5),
                                Duration.ofSeconds(2)));
        Stream.concat(tiers.stream(), lastResort.stream()).flatMap(tier -> tier.candidates().stream())
                .map(c -> c.deployment().id())
                .forEach(id -> {
                    if (random.nextInt(3) > 0) {
                        health.put(id, health(random));
                    }
                    if (random.nextInt(3) == 0) {
                        open.put(id, random.nextInt(6));
                    }
                    if (random.nextInt(4) == 0) {
                        visits.put(id, new Visit(1 + random.nextInt(2), FailureKind.values()[random.nextInt(11)],
                                SendState.values()[random.nextInt(3)],
                                random.nextBoolean()
                                        ? Optional.empty()
                                        : Optional.of(NOW.plusMillis(random.nextInt(2_000) - 1_000))));
                    }
                });
        Route route = new Route("chat", tiers, lastResort, Duration.ofMinutes(1), 1_000, random.nextBoolean(), false);
        RequestFacts facts = new RequestFacts("r" + random.nextInt(), random.nextInt(4) == 0 ? Lane.BATCH : Lane.INTERACTIVE,
                "chat",
                random.nextInt(12_000), 0, random.nextInt(4) == 0, random.nextInt(4) == 0, random.nextInt(4) == 0,
                random.nextInt(4) == 0 ? DataClass.PII : DataClass.INTERNAL, random.nextInt(4) == 0 ? Set.of("eu") : Set.of(),
                NOW.plusMillis(60 + random.nextInt(60_000)));
        Optional<FailureKind> last = visits.isEmpty() ? Optional.empty() : Optional.of(FailureKind.TIMEOUT);
        Progress progress = new Progress(visits.size(), 0, random.nextInt(8), visits, random.nextInt(6) == 0 ? 8_000 : 0, last);
        return new Situation(facts, progress, route, health, open, NOW);
    }

    private static Deployment deployment(String id, Random random) {
        return new Deployment(id, "p", random.nextBoolean() ? Optional.of("eu") : Optional.of("us"), 4,
                random.nextInt(4) == 0 ? OptionalLong.empty() : OptionalLong.of(4_000L << random.nextInt(4)),
                random.nextInt(6) > 0,
                random.nextInt(6) > 0, random.nextInt(6) > 0,
                random.nextInt(3) == 0 ? Set.of(DataClass.INTERNAL, DataClass.PII) : Set.of(DataClass.INTERNAL),
                random.nextInt(8) == 0);
    }

    private static DeploymentHealth health(Random random) {
        Breaker breaker = Breaker.values()[random.nextInt(4)];
        return new DeploymentHealth(breaker,
                random.nextBoolean() ? Optional.empty() : Optional.of(NOW.plusMillis(random.nextInt(60_000))),
                random.nextBoolean() ? Optional.empty() : Optional.of("probe"),
                random.nextInt(4) > 0 ? Optional.empty() : Optional.of(NOW.plusMillis(random.nextInt(4_000) - 2_000)),
                random.nextInt(4) > 0 ? Optional.empty() : Optional.of(NOW.plusMillis(random.nextInt(4_000) - 2_000)),
                random.nextDouble(), random.nextInt(4) > 0 ? 0.0 : random.nextDouble(), NOW.minusSeconds(random.nextInt(45)),
                "made up");
    }
}
