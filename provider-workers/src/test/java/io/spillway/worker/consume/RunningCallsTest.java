package io.spillway.worker.consume;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import io.spillway.v1.Lane;

class RunningCallsTest {

    private final RunningCalls running = new RunningCalls();

    @Test
    void shouldCountBatchCallsOnceHoweverOftenTheyAreAddedOrRemoved() {
        assertThat(running.add(call("i", Lane.INTERACTIVE))).isTrue();
        assertThat(running.add(call("b", Lane.BATCH))).isTrue();
        assertThat(running.add(call("b", Lane.BATCH))).as("a repeat").isFalse();

        assertThat(running.size()).isEqualTo(2);
        assertThat(running.ofBatch()).isEqualTo(1);

        running.remove(new RunningCalls.Id("b", 1));
        running.forget(new RunningCalls.Id("b", 1));
        running.remove(new RunningCalls.Id("i", 1));
        assertThat(running.ofBatch()).isZero();
        assertThat(running.size()).isZero();
    }

    private static RunningCalls.Call call(String requestId, Lane lane) {
        return new RunningCalls.Call(new RunningCalls.Id(requestId, 1), "a", lane, 0, 0);
    }
}
