package io.spillway.load.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import io.spillway.load.history.Answer;
import io.spillway.load.rig.Timetable.Event;

class FailoversTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(1);
    private static final List<Event> ONE_FAULT = List.of(event("down", 10_000), event("up", 15_000));
    private static final Map<String, Long> SENT = Map.of("before", 9_990L, "first", 10_300L, "second", 10_400L, "direct", 13_000L,
            "after", 16_000L);

    @Test
    void shouldMeasureEachRequestThatMetTheFaultFromItsSend() {
        Failovers failovers = failovers(answer("first", 1, 2, 11_350), answer("second", 1, 2, 11_500));

        assertThat(failovers.requests().getTotalCount()).isEqualTo(2);
        assertThat(failovers.measures("at10", TIMEOUT).get("at10P50MillisOverTimeout")).isBetween(49.0, 51.0);
        assertThat(failovers.measures("at10", TIMEOUT).get("at10P99MillisOverTimeout")).isBetween(99.0, 101.0);
    }

    @Test
    void shouldMeasureAFaultFromItsFirstRequestWhenThatCameLater() {
        Failovers failovers = failovers(answer("second", 1, 2, 11_500), answer("first", 1, 2, 11_350));

        assertThat(failovers.faults().getTotalCount()).isEqualTo(1);
        assertThat(failovers.measures("at1", TIMEOUT).get("at1FirstAnswerMostMillisOverTimeout")).isBetween(49.0, 51.0);
    }

    @Test
    void shouldLeaveOutRequestsThatDidNotMeetTheFault() {
        // Sent earlier or later, answered by the first tier, or sent to the next tier at once.
        Failovers failovers = failovers(answer("before", 1, 2, 10_990), answer("first", 0, 1, 10_320),
                answer("direct", 1, 1, 13_050), answer("after", 1, 2, 17_100));

        assertThat(failovers.measures("at1", TIMEOUT)).containsExactly(Map.entry("at1Requests", 0.0),
                Map.entry("at1Faults", 0.0));
    }

    private static Failovers failovers(Answer... answers) {
        return Failovers.of(ONE_FAULT, "down", "up", List.of(answers), id -> SENT.get(id) * 1_000_000);
    }

    private static Event event(String what, long atMillis) {
        return new Event(what, false, atMillis * 1_000_000);
    }

    private static Answer answer(String id, int tier, int attempts, long atMillis) {
        return new Answer(id, 1, Answer.OK, tier == 0 ? "alpha-1" : "beta-1", tier, attempts, true, 0, 0, atMillis * 1_000_000);
    }
}
