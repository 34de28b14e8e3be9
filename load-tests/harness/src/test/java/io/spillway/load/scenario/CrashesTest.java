package io.spillway.load.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;

import io.spillway.load.drive.CallReports.Report;
import io.spillway.load.history.Evidence;
import io.spillway.load.history.PaidCall;
import io.spillway.load.scenario.Crashes.Kill;

class CrashesTest {

    private static final int KILLED_AT = 1_000;

    @Test
    void shouldCountWhatTheKilledWorkerHadBegunAndNotEnded() {
        List<Report> reports = List.of(begun("w1", "a:1", 900), begun("w1", "b:1", 910), ended("w1", "b:1", 990),
                begun("w2", "c:1", 950));

        Crashes crashes = Crashes.of(reports, List.of(new Kill("w1", KILLED_AT, 2)));

        assertThat(crashes.inFlight()).containsExactly(Set.of("a"));
        assertThat(crashes.callsInFlight()).isEqualTo(1);
    }

    @Test
    void shouldTellTheLivesOfAWorkerApart() {
        // The successor of the same name makes the first call again and ends it; that does not end the call of the first life.
        List<Report> reports = List.of(begun("w1", "a:1", 900), begun("w1", "a:1", 1_500), ended("w1", "a:1", 1_600),
                begun("w1", "d:1", 1_900));

        Crashes crashes = Crashes.of(reports, List.of(new Kill("w1", KILLED_AT, 1), new Kill("w1", 2_000, 1)));

        assertThat(crashes.inFlight()).containsExactly(Set.of("a"), Set.of("d"));
        assertThat(crashes.begunAgain()).isEqualTo(1);
    }

    @Test
    void shouldNotTakeACallForLostWhenItsEndWasReadBeforeItsBeginning() {
        List<Report> reports = List.of(ended("w1", "a:1", 950), begun("w1", "a:1", 900));

        assertThat(Crashes.of(reports, List.of(new Kill("w1", KILLED_AT, 0))).callsInFlight()).isZero();
    }

    @Test
    void shouldNameDuplicatesThatNoCrashExplains() {
        List<Report> reports = List.of(begun("w1", "a:1", 900));
        Crashes crashes = Crashes.of(reports, List.of(new Kill("w1", KILLED_AT, 1)));

        assertThat(crashes.unexplained(List.of(paid("a", 1), paid("a", 2), paid("b", 1)), reports)).isEmpty();
        List<Evidence> two = crashes
                .unexplained(List.of(paid("a", 1), paid("a", 2), paid("a", 3), paid("b", 1), paid("b", 1)), reports);
        assertThat(two).extracting(Evidence::requestId).containsExactly("a", "b");
        assertThat(two.getFirst().where()).hasSize(4).first().isEqualTo("attempt 1 paid to alpha-1 at 0 ms");
        assertThat(two.getFirst().where()).last().isEqualTo("a:1 begun by w1 at 1970-01-01T00:00:00.900Z");
    }

    private static Report begun(String worker, String call, long at) {
        return new Report(worker, call, false, at);
    }

    private static Report ended(String worker, String call, long at) {
        return new Report(worker, call, true, at);
    }

    private static PaidCall paid(String requestId, int attempt) {
        return new PaidCall(requestId, attempt, "alpha-1", 1, 1, 1, 0);
    }
}
