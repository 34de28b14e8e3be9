package io.spillway.benchmark;

import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

import io.spillway.v1.ChatRequest;
import io.spillway.v1.Limits;
import io.spillway.worker.consume.TokenEstimate;

/** How long a worker takes to say what a request takes from a tokens-per-minute limit. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class TokenCountBenchmark {

    private final ChatRequest request = Samples.request();
    private final Limits limits = Limits.newBuilder().build();

    @Benchmark
    public long count() {
        return TokenEstimate.of(request, limits);
    }
}
