package io.spillway.load.history;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Builds histories for tests: a correct one, and lists that a test may spoil. */
final class Histories {

    static final String ROUTE = "load";
    static final Expectation EXPECTATION = new Expectation(Map.of(ROUTE, Set.of("alpha-1", "beta-1")), 3, Set.of(Answer.OK),
            Duration.ofSeconds(60));

    final List<Send> sends = new ArrayList<>();
    final List<Answer> answers = new ArrayList<>();
    final List<PaidCall> calls = new ArrayList<>();
    final List<Charge> charges = new ArrayList<>();
    final List<Interruption> interruptions = new ArrayList<>();

    /** So many requests a tenth of a second apart, each answered by one paid call and charged once. */
    static Histories correct(int requests) {
        Histories histories = new Histories();
        for (int i = 0; i < requests; i++) {
            histories.sends.add(send("r" + i, i, Acknowledgement.ACKED));
            String deployment = i % 4 == 3 ? "beta-1" : "alpha-1";
            histories.answers.add(answer("r" + i, i, deployment));
            histories.calls.add(call("r" + i, i, deployment));
            histories.charges.add(new Charge("r" + i, 1, deployment, 100, 20));
        }
        return histories;
    }

    static Send send(String id, int position, Acknowledgement acknowledgement) {
        boolean isAcked = acknowledgement == Acknowledgement.ACKED;
        return new Send(id, 1000L + position, ROUTE, at(position), acknowledgement, isAcked ? 0 : -1, isAcked ? position : -1);
    }

    static Answer answer(String id, int position, String deployment) {
        return new Answer(id, 5000L + position, Answer.OK, deployment, deployment.equals("alpha-1") ? 0 : 1, 1, true, 0, position,
                at(position) + 50_000_000L);
    }

    static PaidCall call(String id, int position, String deployment) {
        return new PaidCall(id, 1, deployment, 100, 20, position + 1L, at(position) + 30_000_000L);
    }

    static long at(int position) {
        return position * 100_000_000L;
    }

    History history() {
        return new History(sends, answers, calls, Optional.of(charges), interruptions);
    }

    History withoutCharges() {
        return new History(sends, answers, calls, Optional.empty(), interruptions);
    }
}
