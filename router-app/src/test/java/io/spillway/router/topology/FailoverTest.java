package io.spillway.router.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import io.spillway.contract.RecordHeaders;
import io.spillway.router.topology.TestRouter.Answer;
import io.spillway.v1.Attempt;
import io.spillway.v1.DecisionKind;
import io.spillway.v1.DecisionTrigger;
import io.spillway.v1.ErrorCode;
import io.spillway.v1.Failure;
import io.spillway.v1.FailureKind;
import io.spillway.v1.RoutingDecision;
import io.spillway.v1.SendState;

/** What follows a failed attempt, and what does not follow a late result. */
class FailoverTest {

    private final TestRouter router = new TestRouter(Entries.chat("openai/gpt", "anthropic/claude", "mistral/large"));

    @AfterEach
    void close() {
        router.close();
    }

    @ParameterizedTest
    @EnumSource(value = FailureKind.class, names = {"WORKER_LOST", "CONTENT_FILTERED", "INVALID_REQUEST", "CANCELLED",
            "CONTEXT_WINDOW_EXCEEDED"}, mode = EnumSource.Mode.EXCLUDE)
    void shouldGoToTheNextTierAtOnce(FailureKind kind) {
        // Given
        router.request("r1");
        Attempt first = router.attempt("openai");
        router.started(first);
        // When
        router.failed(first, kind);
        // Then
        Attempt second = router.attempt("anthropic");
        assertThat(second.getAttempt()).isEqualTo(2);
        assertThat(second.getTier()).isEqualTo(1);
        assertThat(second.getRequest()).isEqualTo(first.getRequest());
        router.succeeded(second, "hi");
        Answer answer = router.answer();
        assertThat(answer.header(RecordHeaders.DEPLOYMENT)).isEqualTo("anthropic/claude");
        assertThat(answer.header(RecordHeaders.ATTEMPTS)).isEqualTo("2");
        assertThat(answer.header(RecordHeaders.TIER)).isEqualTo("1");
        assertThat(router.count("spillway.attempts.failed", "kind", kind.name())).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"CONTENT_FILTERED, CONTENT_FILTERED", "INVALID_REQUEST, INVALID_REQUEST", "CANCELLED, INTERNAL",
            "CONTEXT_WINDOW_EXCEEDED, CONTEXT_WINDOW_EXCEEDED"})
    void shouldEndAtOnceWhenNobodyElseCouldHelp(FailureKind kind, ErrorCode code) {
        router.request("r1");
        router.failed(router.attempt("openai"), kind);
        assertThat(router.answer().json().getError().getCode()).isEqualTo(code);
        assertThat(router.attempts("anthropic")).isEmpty();
    }

    @Test
    void shouldGoThroughAllTiersInOrder() {
        router.request("r1");
        router.failed(router.attempt("openai"), FailureKind.OVERLOADED);
        router.failed(router.attempt("anthropic"), FailureKind.RATE_LIMITED);
        router.succeeded(router.attempt("mistral"), "hi");
        assertThat(router.answer().header(RecordHeaders.ATTEMPTS)).isEqualTo("3");
    }

    @Test
    void shouldStopAtTheCapOnPaidCalls() {
        // Given a route that allows two failed calls to be billed
        var route = Entries.route("chat", Entries.tier("openai/gpt"), Entries.tier("anthropic/claude"),
                Entries.tier("mistral/large"));
        route.setMaxPaidCalls(2);
        router.catalogue(Entries.catalogue(2, List.of(route), List.of(Entries.deployment("openai/gpt"),
                Entries.deployment("anthropic/claude"), Entries.deployment("mistral/large"))));
        Failure paid = Failure.newBuilder().setKind(FailureKind.MALFORMED_RESPONSE).setSent(SendState.ANSWERED).setMaybePaid(true)
                .build();
        // When
        router.request("r1");
        router.failed(router.attempt("openai"), paid);
        router.failed(router.attempt("anthropic"), paid);
        // Then
        assertThat(router.answer().json().getError().getCode()).isEqualTo(ErrorCode.ALL_PROVIDERS_UNAVAILABLE);
        assertThat(router.attempts("mistral")).isEmpty();
    }

    @Test
    void shouldNotTellACallerTwice() {
        // Given an answered request
        router.request("r1");
        Attempt first = router.attempt("openai");
        router.succeeded(first, "one");
        assertThat(router.answer().text()).contains("one");
        // When everything arrives again
        router.succeeded(first, "two");
        router.failed(first, FailureKind.TIMEOUT);
        router.started(first);
        // Then
        assertThat(router.answers()).isEmpty();
        assertThat(router.attempts("anthropic")).isEmpty();
        assertThat(router.count("spillway.results.late", "succeeded", "true")).isEqualTo(1);
        assertThat(router.count("spillway.results.late", "succeeded", "false")).isEqualTo(1);
    }

    @Test
    void shouldTakeTheSuccessOfAnOlderAttemptAndAnswerOnce() {
        // Given an attempt given up for lost, and its successor
        router.request("r1");
        Attempt first = router.attempt("openai");
        router.advance(java.time.Duration.ofMillis(Entries.QUEUE_MILLIS).plus(TestRouter.QUEUE_GRACE));
        Attempt second = router.attempt("anthropic");
        router.started(second);
        // When the first was not lost after all
        router.succeeded(first, "from the first");
        // Then
        Answer answer = router.answer();
        assertThat(answer.text()).contains("from the first");
        assertThat(answer.header(RecordHeaders.DEPLOYMENT)).isEqualTo("openai/gpt");
        assertThat(answer.header(RecordHeaders.TIER)).isEqualTo("0");
        assertThat(answer.header(RecordHeaders.ATTEMPTS)).as("attempts made").isEqualTo("2");
        router.succeeded(second, "from the second");
        assertThat(router.answers()).isEmpty();
        // And the place of the second is free again
        router.tick();
        assertThat(router.gauge("spillway.requests.open", "interactive")).isZero();
    }

    @Test
    void shouldIgnoreTheFailureOfAnOlderAttempt() {
        // Given
        router.request("r1");
        Attempt first = router.attempt("openai");
        router.failed(first, FailureKind.SERVER_ERROR);
        Attempt second = router.attempt("anthropic");
        // When it is reported again
        router.failed(first, FailureKind.SERVER_ERROR);
        // Then
        assertThat(router.attempts("mistral")).isEmpty();
        router.succeeded(second, "hi");
        assertThat(router.answers()).hasSize(1);
    }

    @Test
    void shouldIgnoreResultsOfRequestsItDoesNotKnow() {
        router.request("r1");
        Attempt attempt = router.attempt("openai");
        attempt.setRequestId("somebody-else");
        router.succeeded(attempt, "hi");
        assertThat(router.answers()).isEmpty();
    }

    @Test
    void shouldWriteDownWhyWithVersionsAndThePassedOver() {
        // Given the first tier is down
        router.states(Entries.states(17, Entries.open("openai/gpt", TestRouter.START, TestRouter.START.plusSeconds(30))));
        // When
        router.request("r1");
        Attempt attempt = router.attempt("anthropic");
        router.failed(attempt, FailureKind.TIMEOUT);
        router.succeeded(router.attempt("mistral"), "hi");
        // Then
        List<RoutingDecision> decisions = router.decisions();
        assertThat(decisions).extracting(RoutingDecision::getSequence).containsExactly(1, 2, 3);
        assertThat(decisions).extracting(RoutingDecision::getKind).containsExactly(DecisionKind.DISPATCH, DecisionKind.DISPATCH,
                DecisionKind.COMPLETE);
        assertThat(decisions).extracting(RoutingDecision::getTrigger).containsExactly(DecisionTrigger.ACCEPTED,
                DecisionTrigger.ATTEMPT_FAILED, DecisionTrigger.ATTEMPT_SUCCEEDED);
        assertThat(decisions).extracting(RoutingDecision::getAttempt).containsExactly(1, 2, 2);
        assertThat(decisions.subList(0, 2)).allSatisfy(decision -> {
            assertThat(decision.getCatalogRevision()).isEqualTo(1);
            assertThat(decision.getStateVersion()).isEqualTo(17);
            assertThat(decision.getRoute()).isEqualTo("chat");
            assertThat(decision.getReason()).isNotBlank();
            assertThat(decision.getRejected().getFirst().toString()).contains("openai/gpt").contains("BREAKER_OPEN")
                    .contains("9 of 10 calls failed");
        });
        assertThat(decisions.get(1).getFailure()).isEqualTo(FailureKind.TIMEOUT);
        assertThat(decisions.get(1).getFailedDeployment()).isEqualTo("anthropic/claude");
        assertThat(decisions.get(1).getRejected()).hasSize(2);
        assertThat(decisions.get(0).getDraw()).isNotEqualTo(decisions.get(1).getDraw());
    }

    @Test
    void shouldFollowTheCatalogueWithoutARestart() {
        // Given
        router.request("r1");
        assertThat(router.attempt("openai").getCatalogRevision()).isEqualTo(1);
        // When the order of tiers changes
        router.catalogue(Entries.catalogue(2,
                List.of(Entries.route("chat", Entries.tier("mistral/large"), Entries.tier("openai/gpt"))),
                List.of(Entries.deployment("mistral/large"), Entries.deployment("openai/gpt"))));
        router.request("r2");
        // Then
        assertThat(router.attempt("mistral").getCatalogRevision()).isEqualTo(2);
    }

    @Test
    void shouldEndAnOpenRequestWhoseRouteWasTakenAway() {
        router.request("r1");
        Attempt attempt = router.attempt("openai");
        router.catalogue(Entries.catalogue(2, List.of(), List.of()));
        router.failed(attempt, FailureKind.TIMEOUT);
        assertThat(router.answer().json().getError().getCode()).isEqualTo(ErrorCode.INVALID_REQUEST);
    }

    @Test
    void shouldSendAProbeOnceAndTheRestElsewhere() {
        // Given a half-open breaker with one probe granted
        router.states(Entries.states(5, Entries.halfOpen("openai/gpt", TestRouter.START, "probe-1")));
        // When
        router.request("r1");
        router.request("r2");
        router.request("r3");
        // Then
        assertThat(router.attempt("openai").getProbe()).isEqualTo("probe-1");
        assertThat(router.attempts("anthropic")).extracting(Attempt::getProbe).containsExactly(null, null);
        // And the next grant is another probe
        router.states(Entries.states(6, Entries.halfOpen("openai/gpt", TestRouter.START, "probe-2")));
        router.request("r4");
        assertThat(router.attempt("openai").getProbe()).isEqualTo("probe-2");
    }
}
