package io.spillway.simulator;

import io.spillway.simulator.CallRows.Row;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Every call a provider has received, in order: the ground truth that tests compare with. A paid call is logged before the first byte of
 * its answer leaves, so whoever has seen an answer finds it here. Safe for use by many threads; costs about 100 bytes per call.
 */
public final class CallLog {

    /** Part of the log; {@code next} is the sequence to continue after. */
    record Page(List<PaidCall> paid, List<UnpaidCall> unpaid, long next) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final CallRows rows = new CallRows();
    private final Map<CallOutcome, Long> counts = new EnumMap<>(CallOutcome.class);

    CallLog() {}

    void add(Instant at, String model, String requestId, long promptHash, int promptTokens, int completionTokens,
            CallOutcome outcome, String reason) {
        lock.lock();
        try {
            rows.add(at, model, requestId, promptHash, promptTokens, completionTokens, outcome, reason);
            counts.merge(outcome, 1L, Long::sum);
        } finally {
            lock.unlock();
        }
    }

    /** All paid calls in the order they were paid. */
    public List<PaidCall> paid() {
        return rows(true).stream().map(CallLog::paidCall).toList();
    }

    public List<UnpaidCall> unpaid() {
        return rows(false).stream().map(CallLog::unpaidCall).toList();
    }

    public long paidCount() {
        return count(true);
    }

    public long unpaidCount() {
        return count(false);
    }

    /** How many calls ended in which way; outcomes that did not occur are left out. */
    public Map<CallOutcome, Long> countsByOutcome() {
        lock.lock();
        try {
            return new EnumMap<>(counts);
        } finally {
            lock.unlock();
        }
    }

    /** Paid calls per request; the key is the request id without {@code :<attempt>}. */
    public Map<String, Integer> paidByRequest() {
        Map<String, Integer> result = new HashMap<>();
        lock.lock();
        try {
            for (long row = 0; row < rows.size(); row++) {
                if (rows.outcome(row).isPaid()) {
                    result.merge(requestOf(rows.requestId(row)), 1, Integer::sum);
                }
            }
            return result;
        } finally {
            lock.unlock();
        }
    }

    /** Paid calls beyond the first of each request, over all requests. */
    public long duplicatePaidCalls() {
        return paidByRequest().values().stream().mapToLong(paid -> paid - 1L).sum();
    }

    /** Forgets all calls. Sequences go on. */
    public void clear() {
        lock.lock();
        try {
            rows.clear();
            counts.clear();
        } finally {
            lock.unlock();
        }
    }

    /** At most {@code limit} calls behind the given sequence. */
    Page page(long since, int limit) {
        lock.lock();
        try {
            List<PaidCall> paid = new ArrayList<>();
            List<UnpaidCall> unpaid = new ArrayList<>();
            long row = Math.max(0, since - rows.firstSequence() + 1);
            long end = Math.min(rows.size(), row + limit);
            for (; row < end; row++) {
                Row call = rows.row(row);
                if (call.outcome().isPaid()) {
                    paid.add(paidCall(call));
                } else {
                    unpaid.add(unpaidCall(call));
                }
            }
            return new Page(paid, unpaid, Math.max(since, rows.firstSequence() + end - 1));
        } finally {
            lock.unlock();
        }
    }

    static String requestOf(String requestId) {
        int colon = requestId.lastIndexOf(':');
        return colon < 0 ? requestId : requestId.substring(0, colon);
    }

    private List<Row> rows(boolean paid) {
        lock.lock();
        try {
            List<Row> result = new ArrayList<>();
            for (long row = 0; row < rows.size(); row++) {
                if (rows.outcome(row).isPaid() == paid) {
                    result.add(rows.row(row));
                }
            }
            return result;
        } finally {
            lock.unlock();
        }
    }

    private long count(boolean paid) {
        lock.lock();
        try {
            return counts.entrySet().stream().filter(entry -> entry.getKey().isPaid() == paid).mapToLong(Map.Entry::getValue)
                    .sum();
        } finally {
            lock.unlock();
        }
    }

    private static PaidCall paidCall(Row row) {
        return new PaidCall(row.sequence(), row.at(), row.model(), row.requestId(), String.format("%016x", row.promptHash()),
                row.promptTokens(), row.completionTokens());
    }

    private static UnpaidCall unpaidCall(Row row) {
        return new UnpaidCall(row.sequence(), row.at(), row.model(), row.requestId(), row.outcome(), row.reason());
    }
}
