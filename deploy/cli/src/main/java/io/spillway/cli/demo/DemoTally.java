package io.spillway.cli.demo;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import org.HdrHistogram.Histogram;

import io.spillway.cli.submit.Answer;
import io.spillway.cli.submit.OutgoingRequest;
import io.spillway.contract.RecordHeaders;

/** What came of the demo's requests. Used by the session's thread alone. */
final class DemoTally {

    private static final String NOBODY = "";

    /** Answers of one deployment in one tier. */
    record Place(String deployment, int tier) implements Comparable<Place> {

        @Override
        public int compareTo(Place other) {
            int byTier = Integer.compare(tier, other.tier);
            return byTier != 0 ? byTier : deployment.compareTo(other.deployment);
        }
    }

    private final Map<String, Long> sentAt = new HashMap<>();
    private final Map<Place, Long> answersByPlace = new TreeMap<>();
    private final Map<String, Long> errorsByCode = new TreeMap<>();
    private final Histogram total = new Histogram(3);
    private final Histogram added = new Histogram(3);
    private long answered;
    private long errors;
    private long duplicates;
    private long failovers;

    void sent(OutgoingRequest request, long nanoTime) {
        sentAt.put(request.requestId(), nanoTime);
    }

    void answered(Answer answer, long nanoTime) {
        Optional<io.spillway.v1.ErrorCode> error = answer.error();
        if (error.isPresent()) {
            errors++;
            errorsByCode.merge(error.get().name(), 1L, Long::sum);
            return;
        }
        answered++;
        int tier = answer.tier().orElse(0);
        answersByPlace.merge(new Place(answer.deployment().orElse(NOBODY), tier), 1L, Long::sum);
        if (tier > 0 || answer.attempts() > 1) {
            failovers++;
        }
        Long begin = sentAt.get(answer.requestId());
        if (begin != null) {
            long millis = (nanoTime - begin) / 1_000_000;
            long provider = RecordHeaders.text(answer.source().headers(), RecordHeaders.PROVIDER_MILLIS).map(Long::valueOf)
                    .orElse(0L);
            total.recordValue(Math.max(0, millis));
            added.recordValue(Math.max(0, millis - provider));
        }
    }

    void duplicate() {
        duplicates++;
    }

    long answered() {
        return answered;
    }

    long errors() {
        return errors;
    }

    long duplicates() {
        return duplicates;
    }

    /** Requests answered by another deployment than the first choice, or not at the first attempt. */
    long failovers() {
        return failovers;
    }

    Map<Place, Long> answersByPlace() {
        return answersByPlace;
    }

    Map<String, Long> errorsByCode() {
        return errorsByCode;
    }

    /** Time from sending a request to reading its answer, in milliseconds. */
    Histogram total() {
        return total;
    }

    /** The same without the provider's own time over the answer. */
    Histogram added() {
        return added;
    }
}
