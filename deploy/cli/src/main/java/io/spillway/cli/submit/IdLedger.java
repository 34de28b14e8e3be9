package io.spillway.cli.submit;

/** A ledger of requests of this process alone: nothing was sent before it. */
public final class IdLedger implements Ledger {

    private static final int ASKED = 1;
    private static final int ANSWERED = 2;

    private final LongFlags flags = new LongFlags();

    @Override
    public boolean begin(String requestId) {
        return (flags.add(Hashes.of(requestId), ASKED) & ANSWERED) == 0;
    }

    @Override
    public Arrival arrived(Answer answer) {
        long hash = Hashes.of(answer.requestId());
        if (flags.get(hash) == 0) {
            return Arrival.FOREIGN;
        }
        return (flags.add(hash, ANSWERED) & ANSWERED) == 0 ? Arrival.FIRST : Arrival.DUPLICATE;
    }
}
