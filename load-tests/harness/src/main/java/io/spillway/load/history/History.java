package io.spillway.load.history;

import java.util.List;
import java.util.Optional;

/**
 * Everything a run left behind, in the order it was observed.
 *
 * @param answers read with {@code read_committed} from before the first send until well after the last request was answered
 * @param charges spend events; empty while the system under test writes none
 */
public record History(List<Send> sends, List<Answer> answers, List<PaidCall> paidCalls, Optional<List<Charge>> charges,
        List<Interruption> interruptions) {

    public History {
        sends = List.copyOf(sends);
        answers = List.copyOf(answers);
        paidCalls = List.copyOf(paidCalls);
        charges = charges.map(List::copyOf);
        interruptions = List.copyOf(interruptions);
    }
}
