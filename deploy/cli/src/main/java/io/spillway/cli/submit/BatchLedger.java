package io.spillway.cli.submit;

import java.util.Optional;
import java.util.Set;

/**
 * The ledger of a batch that may have been begun by earlier runs. Known by content: a line whose answer is in the files is
 * never sent again, and answers to a body that the file no longer has are left out.
 */
final class BatchLedger implements Ledger {

    private static final int IN_FILE = 1;
    private static final int ANSWERED = 2;
    private static final int SEEN_THIS_RUN = 4;

    private final LongFlags flags = new LongFlags();
    private final String round;
    private final Set<String> earlierRounds;

    /**
     * @param round the round that is sent now
     * @param earlierRounds a success from these still counts; an error does not, because the line is asked again
     */
    BatchLedger(String round, Set<String> earlierRounds) {
        this.round = round;
        this.earlierRounds = Set.copyOf(earlierRounds);
    }

    /** The answer to this content is in the output or error file. */
    void markAnswered(long content) {
        flags.add(content, ANSWERED);
    }

    boolean isAnswered(long content) {
        return flags.has(content, ANSWERED);
    }

    /** A valid line of the input. */
    void expect(long content) {
        flags.add(content, IN_FILE);
    }

    @Override
    public boolean begin(String requestId) {
        long content = BatchRequestId.parse(requestId)
                .orElseThrow(() -> new IllegalArgumentException("not the id of a batch line: " + requestId)).content();
        return (flags.add(content, IN_FILE) & ANSWERED) == 0;
    }

    @Override
    public Arrival arrived(Answer answer) {
        Optional<BatchRequestId> parsed = BatchRequestId.parse(answer.requestId());
        if (parsed.isEmpty()) {
            return Arrival.FOREIGN;
        }
        BatchRequestId id = parsed.get();
        boolean current = id.round().equals(round);
        boolean counts = current || (earlierRounds.contains(id.round()) && answer.isSuccess());
        int before = flags.get(id.content());
        if (!counts || before == 0) {
            return Arrival.FOREIGN;
        }
        flags.add(id.content(), current ? ANSWERED | SEEN_THIS_RUN : ANSWERED);
        if ((before & ANSWERED) == 0) {
            return Arrival.FIRST;
        }
        return current && (before & SEEN_THIS_RUN) != 0 ? Arrival.DUPLICATE : Arrival.KNOWN;
    }
}
