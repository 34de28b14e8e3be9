package io.spillway.router.domain;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.function.UnaryOperator;

import io.spillway.router.domain.Decision.Defer;
import io.spillway.router.domain.Decision.Dispatch;
import io.spillway.router.domain.Decision.Reject;
import io.spillway.router.domain.DeploymentHealth.Breaker;

/** Everything one decision is made from, with defaults; each test says only what it is about. */
final class Scene {

    static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    static final Duration CALL = Duration.ofSeconds(20);
    static final Duration QUEUE = Duration.ofSeconds(2);

    private final Map<String, Deployment> deployments = new HashMap<>();
    private final List<Map<String, Integer>> tiers = new ArrayList<>();
    private final Map<String, DeploymentHealth> health = new HashMap<>();
    private final Map<String, Integer> open = new HashMap<>();
    private Optional<String> lastResort = Optional.empty();
    private Duration lastResortTimeout = Duration.ofSeconds(5);
    private int maxPaidCalls = 100;
    private boolean fallbackOnContentFilter;
    private int limit = 10;
    private RequestFacts facts = new RequestFacts("request-1", Lane.INTERACTIVE, "chat", 100, 0, false, false, false,
            DataClass.INTERNAL, Set.of(), NOW.plus(Duration.ofMinutes(10)));
    Instant now = NOW;
    Progress progress = Progress.none();

    /** A tier of deployments of equal weight. */
    Scene tier(String... ids) {
        Map<String, Integer> weights = new LinkedHashMap<>();
        for (String id : ids) {
            weights.put(id, 1);
        }
        return weighted(weights);
    }

    Scene weighted(Map<String, Integer> weights) {
        tiers.add(new LinkedHashMap<>(weights));
        weights.keySet().forEach(id -> deployments.putIfAbsent(id, deployment(id)));
        return this;
    }

    Scene lastResort(String id, Duration timeout) {
        lastResort = Optional.of(id);
        lastResortTimeout = timeout;
        deployments.putIfAbsent(id, deployment(id));
        return this;
    }

    Scene change(String id, UnaryOperator<Deployment> change) {
        deployments.computeIfPresent(id, (key, deployment) -> change.apply(deployment));
        return this;
    }

    Scene health(String id, DeploymentHealth state) {
        health.put(id, state);
        return this;
    }

    Scene full(String... ids) {
        for (String id : ids) {
            open.put(id, limit);
        }
        return this;
    }

    Scene open(String id, int attempts) {
        open.put(id, attempts);
        return this;
    }

    Scene maxPaidCalls(int most) {
        maxPaidCalls = most;
        return this;
    }

    Scene fallbackOnContentFilter() {
        fallbackOnContentFilter = true;
        return this;
    }

    Scene request(UnaryOperator<RequestFacts> change) {
        facts = change.apply(facts);
        return this;
    }

    Scene id(String id) {
        return request(
                f -> new RequestFacts(id, f.lane(), f.route(), f.leastPromptTokens(), f.outputTokens(), f.tools(), f.vision(),
                        f.jsonSchema(), f.dataClass(), f.regions(), f.deadline()));
    }

    Scene batch() {
        return request(
                f -> new RequestFacts(f.requestId(), Lane.BATCH, f.route(), f.leastPromptTokens(), f.outputTokens(), f.tools(),
                        f.vision(), f.jsonSchema(), f.dataClass(), f.regions(), f.deadline()));
    }

    Scene deadline(Instant deadline) {
        return request(
                f -> new RequestFacts(f.requestId(), f.lane(), f.route(), f.leastPromptTokens(), f.outputTokens(), f.tools(),
                        f.vision(), f.jsonSchema(), f.dataClass(), f.regions(), deadline));
    }

    Scene prompt(long tokens) {
        return request(f -> new RequestFacts(f.requestId(), f.lane(), f.route(), tokens, f.outputTokens(), f.tools(), f.vision(),
                f.jsonSchema(), f.dataClass(), f.regions(), f.deadline()));
    }

    Scene needs(DataClass dataClass, String... regions) {
        return request(
                f -> new RequestFacts(f.requestId(), f.lane(), f.route(), f.leastPromptTokens(), f.outputTokens(), f.tools(),
                        f.vision(), f.jsonSchema(), dataClass, Set.of(regions), f.deadline()));
    }

    Scene needs(boolean tools, boolean vision, boolean jsonSchema) {
        return request(
                f -> new RequestFacts(f.requestId(), f.lane(), f.route(), f.leastPromptTokens(), f.outputTokens(), tools, vision,
                        jsonSchema, f.dataClass(), f.regions(), f.deadline()));
    }

    Scene route(String route) {
        return request(f -> new RequestFacts(f.requestId(), f.lane(), route, f.leastPromptTokens(), f.outputTokens(), f.tools(),
                f.vision(), f.jsonSchema(), f.dataClass(), f.regions(), f.deadline()));
    }

    /** One more attempt went to the deployment and failed: nothing sent, nothing paid. */
    Scene failed(String id, FailureKind kind) {
        return failed(id, new AttemptFailure(kind, SendState.NOT_SENT, false, Optional.empty()));
    }

    Scene failed(String id, AttemptFailure failure) {
        progress = progress.dispatched().failed(id, deployments.get(id).contextWindow(), failure, now, 0.5);
        return this;
    }

    Scene later(Duration by) {
        now = now.plus(by);
        return this;
    }

    RequestFacts facts() {
        return facts;
    }

    Surroundings surroundings() {
        List<Tier> built = new ArrayList<>();
        for (Map<String, Integer> weights : tiers) {
            List<Tier.Candidate> candidates = new ArrayList<>();
            weights.forEach((id, weight) -> candidates.add(new Tier.Candidate(deployments.get(id), weight)));
            built.add(new Tier(built.size(), candidates, CALL, QUEUE));
        }
        Optional<Tier> resort = lastResort
                .map(id -> new Tier(built.size(), List.of(new Tier.Candidate(deployments.get(id), 1)), lastResortTimeout, QUEUE));
        Route route = new Route("chat", built, resort, Duration.ofMinutes(10), maxPaidCalls, fallbackOnContentFilter, false);
        return new Surroundings(now, Catalogue.of(7, Map.of("chat", route)), 42,
                id -> health.getOrDefault(id, DeploymentHealth.unknown()), id -> open.getOrDefault(id, 0), deployment -> limit);
    }

    Decision decide() {
        return Router.decide(facts, progress, surroundings());
    }

    Dispatch dispatch() {
        Decision decision = decide();
        assertThat(decision).isInstanceOf(Dispatch.class);
        return (Dispatch) decision;
    }

    String target() {
        return dispatch().deployment().id();
    }

    Defer defer() {
        Decision decision = decide();
        assertThat(decision).isInstanceOf(Defer.class);
        return (Defer) decision;
    }

    Reject reject() {
        Decision decision = decide();
        assertThat(decision).isInstanceOf(Reject.class);
        return (Reject) decision;
    }

    static Deployment deployment(String id) {
        return new Deployment(id, "provider-of-" + id, Optional.empty(), 10, OptionalLong.of(100_000), true, true, true,
                Set.of(DataClass.PUBLIC, DataClass.INTERNAL), false);
    }

    static Deployment drained(Deployment d) {
        return new Deployment(d.id(), d.provider(), d.region(), d.concurrency(), d.contextWindow(), d.tools(), d.vision(),
                d.jsonSchema(),
                d.dataClasses(), true);
    }

    static UnaryOperator<Deployment> window(OptionalLong tokens) {
        return d -> new Deployment(d.id(), d.provider(), d.region(), d.concurrency(), tokens, d.tools(), d.vision(),
                d.jsonSchema(),
                d.dataClasses(), d.drain());
    }

    static UnaryOperator<Deployment> window(long tokens) {
        return window(OptionalLong.of(tokens));
    }

    static UnaryOperator<Deployment> region(String region) {
        return d -> new Deployment(d.id(), d.provider(), Optional.of(region), d.concurrency(), d.contextWindow(), d.tools(),
                d.vision(),
                d.jsonSchema(), d.dataClasses(), d.drain());
    }

    static UnaryOperator<Deployment> classes(DataClass... classes) {
        return d -> new Deployment(d.id(), d.provider(), d.region(), d.concurrency(), d.contextWindow(), d.tools(), d.vision(),
                d.jsonSchema(), Set.of(classes), d.drain());
    }

    static UnaryOperator<Deployment> capabilities(boolean tools, boolean vision, boolean jsonSchema) {
        return d -> new Deployment(d.id(), d.provider(), d.region(), d.concurrency(), d.contextWindow(), tools, vision,
                jsonSchema,
                d.dataClasses(), d.drain());
    }

    static DeploymentHealth closed(double ramp, Instant computedAt) {
        return new DeploymentHealth(Breaker.CLOSED, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), ramp,
                0.0, computedAt, "well");
    }

    static DeploymentHealth broken(Instant until, Instant computedAt) {
        return new DeploymentHealth(Breaker.OPEN, Optional.of(until), Optional.empty(), Optional.empty(), Optional.empty(), 1.0,
                0.0, computedAt, "12 of 40 calls failed");
    }

    /** An open breaker of a deployment that answers some of its calls. */
    static DeploymentHealth ailing(double shareWhenLast, Instant until, Instant computedAt) {
        return new DeploymentHealth(Breaker.OPEN, Optional.of(until), Optional.empty(), Optional.empty(), Optional.empty(), 1.0,
                shareWhenLast, computedAt, "12 of 40 calls failed");
    }

    static DeploymentHealth halfOpen(Optional<String> probe, Instant computedAt) {
        return new DeploymentHealth(Breaker.HALF_OPEN, Optional.empty(), probe, Optional.empty(), Optional.empty(), 1.0,
                0.0, computedAt,
                "half-open");
    }

    static DeploymentHealth cooling(Instant until, Instant computedAt) {
        return new DeploymentHealth(Breaker.CLOSED, Optional.empty(), Optional.empty(), Optional.of(until), Optional.empty(), 1.0,
                0.0, computedAt, "rate limited");
    }

    static DeploymentHealth suspended(Instant until, Instant computedAt) {
        return new DeploymentHealth(Breaker.CLOSED, Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(until), 1.0,
                0.0, computedAt, "credential refused");
    }
}
