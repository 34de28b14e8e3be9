package io.spillway.router.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import io.spillway.router.domain.FailureKind.Again;
import io.spillway.router.domain.FailureKind.Elsewhere;

class FailureKindTest {

    /** The taxonomy, row by row. */
    @ParameterizedTest
    @CsvSource({
            "RATE_LIMITED,          AFTER_HINT,         YES",
            "QUOTA_EXHAUSTED,       NEVER,              YES",
            "OVERLOADED,            ONCE,               YES",
            "SERVER_ERROR,          ONCE,               YES",
            "CONNECTION_FAILED,     ONCE_IF_NOT_SENT,   YES",
            "TIMEOUT,               NEVER,              YES",
            "MALFORMED_RESPONSE,    NEVER,              YES",
            "AUTHENTICATION_FAILED, NEVER,              YES",
            "PERMISSION_DENIED,     NEVER,              YES",
            "MODEL_NOT_FOUND,       NEVER,              YES",
            "CONTEXT_WINDOW_EXCEEDED, NEVER,            LARGER_WINDOW",
            "UNSUPPORTED_PARAMETER, NEVER_THIS_REQUEST, YES",
            "CONTENT_FILTERED,      NEVER_THIS_REQUEST, IF_ROUTE_ALLOWS",
            "INVALID_REQUEST,       NEVER_THIS_REQUEST, NO",
            "QUEUE_TIMEOUT,         NEVER,              YES",
            "EXPIRED,               NEVER,              YES",
            "WORKER_LOST,           ALWAYS,             YES",
            "CANCELLED,             NEVER,              NO",
            "UNKNOWN,               NEVER,              YES"})
    void shouldFollowTheTaxonomy(FailureKind kind, Again again, Elsewhere elsewhere) {
        assertThat(kind.again()).isEqualTo(again);
        assertThat(kind.elsewhere()).isEqualTo(elsewhere);
    }

    @Test
    void shouldHaveNoKindBeyondTheTable() {
        assertThat(FailureKind.values()).hasSize(19);
    }

    @ParameterizedTest
    @EnumSource(FailureKind.class)
    void shouldTryAnotherDeploymentAtOnceWhereTheKindAllows(FailureKind kind) {
        // Given a larger window elsewhere, and a route that does not mind content filters
        Scene scene = new Scene().tier("a").tier("b").change("a", Scene.window(8_000)).fallbackOnContentFilter();
        // When
        scene.failed("a", kind);
        // Then
        if (kind.elsewhere() == Elsewhere.NO) {
            assertThat(scene.reject().code().retryable()).isEqualTo(kind == FailureKind.CANCELLED);
        } else {
            assertThat(scene.target()).isEqualTo(kind == FailureKind.WORKER_LOST ? "a" : "b");
        }
    }

    @ParameterizedTest
    @MethodSource("kindsThatPermitTheSameAgain")
    void shouldRepeatAtTheOnlyDeploymentWhenItsPauseIsOver(FailureKind kind) {
        // Given
        Scene scene = new Scene().tier("a").failed("a", kind);
        Decision.Defer defer = scene.defer();
        // When the pause is not over
        assertThat(defer.pausing()).isFalse();
        assertThat(defer.progress().rounds()).isZero();
        assertThat(Duration.between(scene.now, defer.until())).isBetween(Duration.ofMillis(100), Duration.ofMillis(300));
        assertThat(defer.rejected()).singleElement().extracting(Rejection::reason).isEqualTo(Rejection.Reason.ALREADY_TRIED);
        // Then it is
        scene.now = defer.until();
        assertThat(scene.target()).isEqualTo("a");
    }

    static Stream<FailureKind> kindsThatPermitTheSameAgain() {
        return Stream.of(FailureKind.RATE_LIMITED, FailureKind.OVERLOADED, FailureKind.SERVER_ERROR,
                FailureKind.CONNECTION_FAILED);
    }

    @ParameterizedTest
    @EnumSource(value = FailureKind.class, names = {"OVERLOADED", "SERVER_ERROR", "CONNECTION_FAILED"})
    void shouldBeginARoundWhenTheSecondAttemptFailedToo(FailureKind kind) {
        // Given
        Scene scene = new Scene().tier("a").failed("a", kind).failed("a", kind);
        // When
        Decision.Defer defer = scene.defer();
        // Then
        assertThat(defer.pausing()).isTrue();
        assertThat(defer.progress().rounds()).isEqualTo(1);
        assertThat(defer.progress().visits()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(value = FailureKind.class, names = {"QUOTA_EXHAUSTED", "TIMEOUT", "MALFORMED_RESPONSE", "AUTHENTICATION_FAILED",
            "PERMISSION_DENIED", "MODEL_NOT_FOUND", "QUEUE_TIMEOUT", "EXPIRED", "UNKNOWN"})
    void shouldNotRepeatInTheSameRound(FailureKind kind) {
        Scene scene = new Scene().tier("a").failed("a", kind);
        // When
        Decision.Defer defer = scene.defer();
        // Then
        assertThat(defer.pausing()).isTrue();
        assertThat(defer.progress().rounds()).isEqualTo(1);
    }

    @Test
    void shouldRepeatAConnectionFailureOnlyWhenNothingWasSent() {
        Scene scene = new Scene().tier("a").failed("a",
                new AttemptFailure(FailureKind.CONNECTION_FAILED, SendState.MAYBE_SENT, true, Optional.empty()));
        assertThat(scene.defer().pausing()).isTrue();
    }

    @Test
    void shouldRepeatAtOnceWhenTheWorkerWasLost() {
        Scene scene = new Scene().tier("a").failed("a", AttemptFailure.workerLost());
        assertThat(scene.target()).isEqualTo("a");
        assertThat(scene.progress.maybePaid()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
            "CONTENT_FILTERED, CONTENT_FILTERED, false",
            "INVALID_REQUEST,  INVALID_REQUEST,  false",
            "CANCELLED,        INTERNAL,         true"})
    void shouldEndTheRequestAtOnce(FailureKind kind, ErrorCode code, boolean retryable) {
        Scene scene = new Scene().tier("a", "b").failed("a", kind);
        assertThat(scene.reject().code()).isEqualTo(code);
        assertThat(code.retryable()).isEqualTo(retryable);
    }

    @ParameterizedTest
    @CsvSource({
            "CONTENT_FILTERED,      CONTENT_FILTERED",
            "UNSUPPORTED_PARAMETER, INVALID_REQUEST"})
    void shouldEndWhenEveryDeploymentRefusedTheRequestItself(FailureKind kind, ErrorCode code) {
        // Given a verdict that no later round would change
        Scene scene = new Scene().tier("a").tier("b").fallbackOnContentFilter().failed("a", kind);
        assertThat(scene.target()).isEqualTo("b");
        // When
        scene.failed("b", kind);
        // Then
        assertThat(scene.reject().code()).isEqualTo(code);
    }

    @Test
    void shouldNotAskAgainInALaterRoundWhoRefusedTheRequestItself() {
        // Given
        Scene scene = new Scene().tier("a").tier("b").failed("a", FailureKind.UNSUPPORTED_PARAMETER).failed("b",
                FailureKind.TIMEOUT);
        Decision.Defer defer = scene.defer();
        // When
        scene.progress = defer.progress();
        scene.now = defer.until();
        // Then
        assertThat(scene.target()).isEqualTo("b");
    }
}
