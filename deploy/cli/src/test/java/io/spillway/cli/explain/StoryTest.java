package io.spillway.cli.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.spillway.v1.DecisionKind;
import io.spillway.v1.DecisionTrigger;
import io.spillway.v1.ErrorCode;
import io.spillway.v1.FailureKind;
import io.spillway.v1.Lane;
import io.spillway.v1.RejectedCandidate;
import io.spillway.v1.RejectionReason;
import io.spillway.v1.RoutingDecision;

final class StoryTest {

    static final Instant BEGINNING = Instant.parse("2026-11-21T12:00:01.123Z");

    @Test
    void shouldTellAFailoverFromAcceptanceToAnswer() {
        List<RoutingDecision> decisions = List.of(
                decision(1, 0, DecisionTrigger.ACCEPTED, DecisionKind.DISPATCH).setAttempt(1).setDeployment("gpt-4o-us")
                        .setTier(0)
                        .setReason("only deployment left in tier 1")
                        .setRejected(
                                List.of(new RejectedCandidate("gpt-4o-eu", 0, RejectionReason.COOLDOWN, "until 12:00:20, 429")))
                        .build(),
                decision(2, 812, DecisionTrigger.ATTEMPT_FAILED, DecisionKind.DISPATCH).setAttempt(2)
                        .setFailure(FailureKind.SERVER_ERROR)
                        .setFailedDeployment("gpt-4o-us").setDeployment("claude-us").setTier(1).build(),
                decision(3, 1_950, DecisionTrigger.ATTEMPT_SUCCEEDED, DecisionKind.COMPLETE).setAttempt(2)
                        .setDeployment("claude-us")
                        .setTier(1).build());
        Story story = new Story(decisions, ZoneOffset.UTC);
        assertThat(story.isEnded()).isTrue();
        assertThat(String.join("\n", story.lines())).isEqualTo("""
                request r-1
                2026-11-21 12:00:01.123  accepted for route chat-default (lane interactive)
                         +0 ms  attempt 1 -> gpt-4o-us (tier 1)
                                because: only deployment left in tier 1
                                not chosen: gpt-4o-eu (tier 1): cooling down (until 12:00:20, 429)
                       +812 ms  attempt 1 failed: SERVER_ERROR on gpt-4o-us; attempt 2 -> claude-us (tier 2)
                        +1.9 s  attempt 2 succeeded; answered by claude-us (tier 2)
                ended after 1.9 s: 2 attempts, 3 decisions, catalogue revision 7""");
    }

    @Test
    void shouldTellOfWaitingAndOfTheError() {
        List<RoutingDecision> decisions = List.of(
                decision(1, 0, DecisionTrigger.ACCEPTED, DecisionKind.DEFER).setUntil(BEGINNING.plusMillis(7_500)).build(),
                decision(2, 7_500, DecisionTrigger.WOKEN, DecisionKind.DISPATCH).setAttempt(1).setDeployment("d").setTier(0)
                        .build(),
                decision(3, 22_500, DecisionTrigger.LEASE_EXPIRED, DecisionKind.DEFER).setAttempt(1)
                        .setFailure(FailureKind.WORKER_LOST)
                        .setFailedDeployment("d").setUntil(BEGINNING.plusSeconds(86_400)).build(),
                decision(4, 7_384_000, DecisionTrigger.DEADLINE, DecisionKind.REJECT).setAttempt(1)
                        .setError(ErrorCode.DEADLINE_EXCEEDED)
                        .build());
        assertThat(new Story(decisions, ZoneOffset.UTC).lines()).containsExactly("request r-1",
                "2026-11-21 12:00:01.123  accepted for route chat-default (lane interactive)",
                "         +0 ms  waits until 12:00:08.623 at the latest (7.5 s)",
                "        +7.5 s  decided again after waiting; attempt 1 -> d (tier 1)",
                "       +22.5 s  attempt 1 gave no sign of life in time: WORKER_LOST on d; waits until 2026-11-22 12:00:01.123 at the latest (23 h 59 min)",
                "    +2 h 3 min  the deadline was reached; ended with the error DEADLINE_EXCEEDED",
                "ended after 2 h 3 min: 1 attempt, 4 decisions, catalogue revision 7");
    }

    @Test
    void shouldSayThatARequestIsStillRunning() {
        Story story = new Story(
                List.of(decision(1, 0, DecisionTrigger.ACCEPTED, DecisionKind.DISPATCH).setAttempt(1).setDeployment("d")
                        .setTier(0).build()),
                ZoneOffset.UTC);
        assertThat(story.isEnded()).isFalse();
        assertThat(story.lines().getLast()).startsWith("not ended: attempt 1 is out since 2026-11-21 12:00:01.123");
    }

    @Test
    void shouldSayThatTheBeginningIsMissing() {
        Story story = new Story(List.of(decision(3, 0, DecisionTrigger.WOKEN, DecisionKind.DEFER).build()), ZoneOffset.UTC);
        assertThat(story.lines().get(1)).contains("decisions 1 to 2 are outside what was read");
    }

    @Test
    void shouldNotTellAStoryOfNothing() {
        assertThatThrownBy(() -> new Story(List.of(), ZoneOffset.UTC)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @EnumSource(RejectionReason.class)
    void shouldHaveWordsForEveryRejection(RejectionReason reason) {
        assertThat(Words.rejection(reason)).isNotBlank().doesNotContain("_");
    }

    @Test
    void shouldGiveProgramsTheRecords() {
        RoutingDecision decision = decision(1, 0, DecisionTrigger.ACCEPTED, DecisionKind.DEFER).setUntil(BEGINNING.plusSeconds(5))
                .setRejected(List.of(new RejectedCandidate("d", 0, RejectionReason.COOLDOWN, "x"))).build();
        assertThat(DecisionJson.tree(List.of(decision)).toString()).isEqualTo("[{\"requestId\":\"r-1\",\"sequence\":1,"
                + "\"at\":\"2026-11-21T12:00:01.123Z\",\"route\":\"chat-default\",\"lane\":\"INTERACTIVE\",\"trigger\":\"ACCEPTED\","
                + "\"kind\":\"DEFER\",\"attempt\":0,\"failure\":null,\"failedDeployment\":null,\"deployment\":null,\"tier\":null,"
                + "\"until\":\"2026-11-21T12:00:06.123Z\",\"error\":null,\"reason\":\"\",\"rejected\":[{\"deployment\":\"d\",\"tier\":0,"
                + "\"reason\":\"COOLDOWN\",\"detail\":\"x\"}],\"draw\":0.0,\"catalogRevision\":7,\"stateVersion\":0}]");
    }

    static RoutingDecision.Builder decision(int sequence, long millis, DecisionTrigger trigger, DecisionKind kind) {
        return RoutingDecision.newBuilder().setRequestId("r-1").setSequence(sequence).setAt(BEGINNING.plusMillis(millis))
                .setRoute("chat-default").setLane(Lane.INTERACTIVE).setTrigger(trigger).setKind(kind).setCatalogRevision(7)
                // Set, because Avro takes the default of a list of records for untrusted.
                .setRejected(List.of());
    }
}
