package io.spillway.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;

import io.spillway.v1.DecisionKind;
import io.spillway.v1.FailureKind;
import io.spillway.v1.RejectedCandidate;
import io.spillway.v1.RejectionReason;
import io.spillway.v1.RoutingDecision;

class FailoverReasonsTest {

    private final Map<String, Long> reasons = new TreeMap<>();

    @Test
    void shouldCountWhyRequestsWentElsewhere() {
        FailoverReasons.count(dispatch(0).build(), reasons);
        FailoverReasons.count(dispatch(1).setFailure(FailureKind.TIMEOUT).setFailedDeployment("a").build(), reasons);
        FailoverReasons.count(
                dispatch(1).setRejected(List.of(new RejectedCandidate("a", 0, RejectionReason.BREAKER_OPEN, "5 in a row")))
                        .build(),
                reasons);
        FailoverReasons.count(dispatch(0).setKind(DecisionKind.COMPLETE).setFailure(FailureKind.TIMEOUT).build(), reasons);

        assertThat(reasons).containsOnly(Map.entry("a failed: TIMEOUT", 1L), Map.entry("a skipped: BREAKER_OPEN", 1L));
    }

    private static RoutingDecision.Builder dispatch(int tier) {
        return RoutingDecision.newBuilder().setRequestId("r").setSequence(1).setAt(Instant.EPOCH).setKind(DecisionKind.DISPATCH)
                .setTier(tier).setRejected(List.of());
    }
}
