package io.spillway.cli.submit;

/** Counts of a submission while it runs. Written and read by the thread that runs it. */
public final class BatchProgress {

    private final long total;
    private final long answeredBefore;
    private final long bad;
    private long succeeded;
    private long failed;
    private long refused;
    private long failovers;
    private long duplicates;
    private long promptTokens;
    private long completionTokens;
    private int open;

    /**
     * @param total valid lines of the input
     * @param answeredBefore valid lines that earlier runs have answers of
     * @param bad lines that cannot be sent
     */
    BatchProgress(long total, long answeredBefore, long bad) {
        this.total = total;
        this.answeredBefore = answeredBefore;
        this.bad = bad;
    }

    void answer(Answer answer) {
        if (!answer.isSuccess()) {
            failed++;
            return;
        }
        succeeded++;
        failovers += answer.isFailover() ? 1 : 0;
    }

    void usage(long prompt, long completion) {
        promptTokens += prompt;
        completionTokens += completion;
    }

    void refuse() {
        refused++;
    }

    void duplicate() {
        duplicates++;
    }

    void open(int requests) {
        open = requests;
    }

    public long total() {
        return total;
    }

    /** Lines whose answers were in the files before this run. */
    public long answeredBefore() {
        return answeredBefore;
    }

    /** Lines that cannot be sent. */
    public long bad() {
        return bad;
    }

    /** Completions of this run. */
    public long succeeded() {
        return succeeded;
    }

    /** Terminal errors of this run. */
    public long failed() {
        return failed;
    }

    /** Requests Kafka does not take. */
    public long refused() {
        return refused;
    }

    /** Completions that took more than one attempt. */
    public long failovers() {
        return failovers;
    }

    /** Second terminal answers to the same request. */
    public long duplicates() {
        return duplicates;
    }

    public long promptTokens() {
        return promptTokens;
    }

    public long completionTokens() {
        return completionTokens;
    }

    /** Requests sent and not answered. */
    public int open() {
        return open;
    }

    /** Lines settled by this run. */
    public long settledNow() {
        return succeeded + failed + refused;
    }

    /** Lines settled by this run or an earlier one. */
    public long settled() {
        return answeredBefore + settledNow();
    }

    public long left() {
        return Math.max(0, total - settled());
    }
}
