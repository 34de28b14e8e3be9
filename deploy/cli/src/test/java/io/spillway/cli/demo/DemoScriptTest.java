package io.spillway.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.spillway.cli.submit.OutgoingRequest;

class DemoScriptTest {

    private final List<String> told = new ArrayList<>();
    private final DemoScript.Stage stage = new DemoScript.Stage() {
        @Override
        public void primaryFails() {
            told.add("down");
        }

        @Override
        public void primaryReturns() {
            told.add("back");
        }
    };

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 10})
    void shouldFailThePrimaryBeforeTheFirstRequestOfTheSecondThird(int size) {
        DemoScript script = script(size);
        for (int i = 0; i < size; i++) {
            assertThat(told).hasSize(i <= size / 3 ? 0 : 1);
            script.next();
            assertThat(told.contains("down")).isEqualTo(i >= size / 3);
        }
        assertThat(script.hasNext()).isFalse();
    }

    @Test
    void shouldBringThePrimaryBackOnceAndOnlyAfterAFailover() {
        DemoScript script = script(6);
        for (int i = 0; i < 4; i++) {
            script.next();
        }
        script.answered(false);
        assertThat(told).containsExactly("down");

        script.answered(true);
        script.answered(true);

        assertThat(told).containsExactly("down", "back");
    }

    @Test
    void shouldNotWaitWhileAnswersMayCome() {
        DemoScript script = new DemoScript(requests(100), stage, System.nanoTime() + 3_600_000_000_000L);
        script.open(1);

        assertThat(script.hasNext()).isFalse();
    }

    private DemoScript script(int size) {
        // Begun long ago: every request is due.
        return new DemoScript(requests(size), stage, System.nanoTime() - 3_600_000_000_000L);
    }

    private static List<OutgoingRequest> requests(int size) {
        return IntStream.range(0, size).mapToObj(i -> new OutgoingRequest("id-" + i, "key", "{}", Map.of())).toList();
    }
}
