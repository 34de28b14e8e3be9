package io.spillway.load.scenario;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.spillway.load.history.Findings;
import io.spillway.load.report.ScenarioResult;

/** Every JMH benchmark: deciding, counting tokens, Avro and JSON. */
final class BenchmarksScenario implements Scenario {

    private final Benchmarks.Effort effort;

    BenchmarksScenario() {
        this(Benchmarks.Effort.usual());
    }

    /** For tests: with less effort. */
    BenchmarksScenario(Benchmarks.Effort effort) {
        this.effort = effort;
    }

    @Override
    public String name() {
        return "benchmarks";
    }

    @Override
    public String summary() {
        return "decision, token count, Avro and JSON by JMH; about five minutes";
    }

    @Override
    public boolean hasWorkload() {
        return false;
    }

    @Override
    public ScenarioResult run(ScenarioContext context) throws IOException {
        context.progress().accept("JMH warms up and samples, one benchmark after the other");
        Map<String, Double> measures = new LinkedHashMap<>();
        for (Benchmarks.Measured one : Benchmarks.run("io\\.spillway\\.benchmark\\..*", Map.of(), effort,
                context.scratch().resolve("jmh.log"))) {
            String name = measure(one.name());
            measures.put(name + "P50Micros", one.microsAt(50));
            measures.put(name + "P99Micros", one.microsAt(99));
        }
        return new ScenarioResult(Findings.none(), measures, List.of(), List.of(),
                List.of("Records of an ordinary size: a request of about 5 KB in six messages, an answer of about 1 KB. Reading the "
                        + "clock is in the figures. More of each benchmark is in jmh.log in the scratch directory."));
    }

    /** {@code AvroBenchmark.readRequest} becomes {@code avroReadRequest}. */
    static String measure(String benchmark) {
        String subject = benchmark.substring(0, benchmark.indexOf("Benchmark."));
        String method = benchmark.substring(benchmark.indexOf('.') + 1);
        return Character.toLowerCase(subject.charAt(0)) + subject.substring(1) + Character.toUpperCase(method.charAt(0))
                + method.substring(1);
    }
}
