package io.spillway.benchmark;

import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

import io.spillway.router.domain.Decision;
import io.spillway.router.domain.Progress;
import io.spillway.router.domain.Router;

/** The pure routing decision of {@link DecisionScene}. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class DecisionBenchmark {

    /** What the scene follows from. */
    @Param("1")
    private long seed;

    private DecisionScene scene = DecisionScene.of(1);
    private int turn;

    @Setup
    public void prepare() {
        scene = DecisionScene.of(seed);
    }

    /** The first decision about a request. */
    @Benchmark
    public Decision decide() {
        return Router.decide(scene.request(turn++), Progress.none(), scene.around());
    }
}
