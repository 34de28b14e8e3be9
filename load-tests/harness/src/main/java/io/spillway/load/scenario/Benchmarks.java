package io.spillway.load.scenario;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

import org.HdrHistogram.Histogram;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.openjdk.jmh.util.Statistics;

/** Runs JMH benchmarks by their sampled call times. What JMH says while it runs goes to a file. */
final class Benchmarks {

    private static final long HIGHEST_NANOS = 10_000_000_000L;
    private static final String HEAP = "-Xmx512m";

    private Benchmarks() {}

    /**
     * How long is measured.
     *
     * @param forks fresh JVMs, one after the other; 0 = in this one, which is for tests only
     * @param iterations of the warm-up and of the measurement, each
     */
    record Effort(int forks, int iterations, TimeValue iteration) {

        static Effort usual() {
            return new Effort(1, 5, TimeValue.seconds(2));
        }
    }

    /**
     * One benchmark.
     *
     * @param name class and method
     * @param nanos sampled calls; JMH samples as many as the clock bears
     */
    record Measured(String name, Histogram nanos) {

        double microsAt(double percentile) {
            return nanos.getValueAtPercentile(percentile) / 1e3;
        }
    }

    /**
     * Runs all benchmarks whose names match.
     *
     * @param parameters of the benchmarks that have some
     * @param log where JMH writes
     */
    static List<Measured> run(String pattern, Map<String, String> parameters, Effort effort, Path log) throws IOException {
        ChainedOptionsBuilder options = new OptionsBuilder().include(pattern).mode(Mode.SampleTime).forks(effort.forks())
                .jvmArgs("-Xms512m", HEAP).warmupIterations(effort.iterations()).warmupTime(effort.iteration())
                .measurementIterations(effort.iterations()).measurementTime(effort.iteration()).shouldFailOnError(true)
                .output(log.toString()).verbosity(VerboseMode.NORMAL);
        parameters.forEach(options::param);
        List<Measured> measured = new ArrayList<>();
        try {
            for (RunResult result : new Runner(options.build()).run()) {
                measured.add(new Measured(result.getParams().getBenchmark().replaceAll(".*\\.(\\w+\\.\\w+)$", "$1"),
                        nanos(result.getPrimaryResult().getStatistics(), result.getPrimaryResult().getScoreUnit())));
            }
        } catch (RunnerException e) {
            throw new IOException("the benchmarks did not run; see " + log, e);
        }
        return measured;
    }

    private static Histogram nanos(Statistics statistics, String unit) {
        if (!unit.startsWith("us/")) {
            throw new IllegalStateException("the benchmark reports in " + unit + "; give it OutputTimeUnit MICROSECONDS");
        }
        Histogram nanos = new Histogram(HIGHEST_NANOS, 3);
        Iterator<Map.Entry<Double, Long>> raw = statistics.getRawData();
        while (raw.hasNext()) {
            Map.Entry<Double, Long> micros = raw.next();
            nanos.recordValueWithCount(Math.clamp(Math.round(micros.getKey() * 1e3), 0, HIGHEST_NANOS), micros.getValue());
        }
        return nanos;
    }
}
