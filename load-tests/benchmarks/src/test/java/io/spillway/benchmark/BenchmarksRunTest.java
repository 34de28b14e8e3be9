package io.spillway.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;

import org.junit.jupiter.api.Test;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

import io.spillway.router.domain.Decision;
import io.spillway.router.domain.Progress;
import io.spillway.router.domain.Router;

/** Not a measurement: only that every benchmark still runs. */
class BenchmarksRunTest {

    @Test
    void shouldRunEveryBenchmark() throws Exception {
        Options options = new OptionsBuilder().include("io\\.spillway\\.benchmark\\..*").forks(0).warmupIterations(0)
                .measurementIterations(1).measurementTime(TimeValue.milliseconds(10)).shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT).build();

        Collection<RunResult> results = new Runner(options).run();

        assertThat(results).extracting(result -> result.getParams().getBenchmark().replaceAll(".*\\.(\\w+\\.\\w+)", "$1"))
                .containsExactlyInAnyOrder("DecisionBenchmark.decide", "TokenCountBenchmark.count", "JsonBenchmark.readRequest",
                        "JsonBenchmark.writeRequest", "JsonBenchmark.readResponse", "JsonBenchmark.writeResponse",
                        "AvroBenchmark.readRequest", "AvroBenchmark.writeRequest", "AvroBenchmark.readResponse",
                        "AvroBenchmark.writeResponse", "AvroBenchmark.readAttempt", "AvroBenchmark.writeAttempt");
        assertThat(results).allSatisfy(
                result -> assertThat(result.getPrimaryResult().getStatistics().getN()).as("%s", result.getParams()).isPositive());
    }

    /** A scene in which everything is refused at once would make the decision look cheaper than it is. */
    @Test
    void shouldLookAtSeveralDeploymentsAndDispatch() {
        DecisionScene scene = DecisionScene.of(1);

        var decisions = scene.requests().stream().map(facts -> Router.decide(facts, Progress.none(), scene.around())).toList();

        assertThat(decisions).hasOnlyElementsOfType(Decision.Dispatch.class);
        assertThat(decisions).allSatisfy(
                decision -> assertThat(((Decision.Dispatch) decision).rejected()).hasSizeGreaterThanOrEqualTo(10));
    }
}
