package io.spillway.load.scenario;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.HdrHistogram.Histogram;

import io.spillway.benchmark.DecisionBenchmark;
import io.spillway.benchmark.DecisionScene;
import io.spillway.load.history.Findings;
import io.spillway.load.report.Distribution;
import io.spillway.load.report.ScenarioResult;
import io.spillway.router.domain.Decision;
import io.spillway.router.domain.Progress;
import io.spillway.router.domain.Router;

/** How long one decision takes with 50 deployments: JMH's sampled call times, from a JVM that does nothing else. */
final class DecisionScenario implements Scenario {

    private final Benchmarks.Effort effort;

    DecisionScenario() {
        this(Benchmarks.Effort.usual());
    }

    /** For tests: with less effort. */
    DecisionScenario(Benchmarks.Effort effort) {
        this.effort = effort;
    }

    @Override
    public String name() {
        return "decision";
    }

    @Override
    public String summary() {
        return "time of one routing decision over 50 deployments, by JMH";
    }

    @Override
    public boolean hasWorkload() {
        return false;
    }

    @Override
    public ScenarioResult run(ScenarioContext context) throws IOException {
        context.progress().accept("JMH warms up and samples");
        Histogram nanos = Benchmarks.run(DecisionBenchmark.class.getName().replace(".", "\\.") + "\\.decide$",
                Map.of("seed", Long.toString(context.seed())), effort, context.scratch().resolve("jmh.log")).getFirst().nanos();
        DecisionScene scene = DecisionScene.of(context.seed());
        List<Decision> decisions = scene.requests().stream()
                .map(facts -> Router.decide(facts, Progress.none(), scene.around())).toList();
        Map<String, Double> measures = new LinkedHashMap<>();
        measures.put("p50Micros", nanos.getValueAtPercentile(50) / 1e3);
        measures.put("p99Micros", nanos.getValueAtPercentile(99) / 1e3);
        measures.put("p999Micros", nanos.getValueAtPercentile(99.9) / 1e3);
        measures.put("maxMicros", nanos.getMaxValue() / 1e3);
        measures.put("samples", (double) nanos.getTotalCount());
        measures.put("dispatchedShare",
                decisions.stream().filter(Decision.Dispatch.class::isInstance).count() / (double) decisions.size());
        measures.put("meanRejected", decisions.stream().mapToInt(decision -> decision.rejected().size()).average().orElse(0));
        return new ScenarioResult(Findings.none(), measures, List.of(inMicros(nanos)), List.of(),
                List.of(DecisionScene.DEPLOYMENTS + " deployments in " + DecisionScene.TIERS + " tiers; a third of those in the "
                        + "first three tiers is open, cooling down or full, so a decision looks at meanRejected others first.",
                        "Sampled by JMH in " + effort.forks() + " fresh JVM(s) with 512 MB; reading the clock is in the figures, "
                                + "and so are pauses of the machine."));
    }

    /** The reports speak in microseconds; what is below one is shown as zero there and in full among the measures. */
    private static Distribution inMicros(Histogram nanos) {
        Histogram micros = new Histogram(nanos.getHighestTrackableValue(), 3);
        nanos.recordedValues().forEach(value -> micros.recordValueWithCount(value.getValueIteratedTo() / 1000,
                value.getCountAtValueIteratedTo()));
        return new Distribution("decision", micros);
    }
}
