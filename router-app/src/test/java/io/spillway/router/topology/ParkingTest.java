package io.spillway.router.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import io.spillway.contract.CatalogueSnapshot;
import io.spillway.contract.DeploymentStates;
import io.spillway.contract.RecordHeaders;
import io.spillway.v1.Attempt;
import io.spillway.v1.DecisionKind;
import io.spillway.v1.DecisionTrigger;
import io.spillway.v1.DeploymentState;
import io.spillway.v1.ErrorCode;
import io.spillway.v1.FailureKind;
import io.spillway.v1.Lane;
import io.spillway.v1.RoutingDecision;

/** Requests that nobody can take now. */
class ParkingTest {

    private static final Instant START = TestRouter.START;

    private final TestRouter router = new TestRouter(oneDeployment(2));

    @AfterEach
    void close() {
        router.close();
    }

    @Test
    void shouldParkWhileEverybodyIsDownAndGoOnWhenOneIsBack() {
        // Given
        router.states(down(1, START));
        router.request("r1");
        assertThat(router.attempts("openai")).isEmpty();
        assertThat(router.answers()).isEmpty();
        assertThat(router.decisions()).singleElement().satisfies(decision -> {
            assertThat(decision.getKind()).isEqualTo(DecisionKind.DEFER);
            assertThat(decision.getUntil()).isEqualTo(START.plusSeconds(30));
        });
        router.tick();
        assertThat(router.gauge("spillway.requests.parked", "interactive")).isEqualTo(1);
        // When
        router.states(up(2, START));
        router.tick();
        // Then
        router.succeeded(router.attempt("openai"), "hi");
        assertThat(router.answers()).hasSize(1);
        assertThat(router.decisions().getFirst().getTrigger()).isEqualTo(DecisionTrigger.WOKEN);
    }

    @Test
    void shouldGoOnWithABrokenDeploymentThatAnswersAgain() {
        // Given
        router.states(down(1, START));
        router.request("r1");
        assertThat(router.attempts("openai")).isEmpty();
        // When its breaker is still open, but some of its calls succeed
        DeploymentState ailing = Entries.open("openai/gpt", START, START.plusSeconds(30));
        ailing.setShareWhenLast(1.0);
        router.states(Entries.states(2, ailing, Entries.open("anthropic/claude", START, START.plusSeconds(30))));
        router.tick();
        // Then
        assertThat(router.attempts("openai")).hasSize(1);
        assertThat(router.decisions().getLast().getReason()).contains("its breaker is open but no other is left");
    }

    @Test
    void shouldWriteNothingWhenItLooksInVain() {
        // Given
        router.states(down(1, START));
        router.send(Lane.INTERACTIVE, "k", TestRouter.body("x"),
                TestRouter.headers(RecordHeaders.REQUEST_ID, "r1", RecordHeaders.DEADLINE, "1h"));
        assertThat(router.decisions()).hasSize(1);
        // When for ten minutes every heartbeat says the same
        for (int i = 1; i <= 120; i++) {
            Instant now = START.plusSeconds(i * 5L);
            router.states(down(1 + i, now));
            router.advance(Duration.ofSeconds(5));
        }
        // Then
        assertThat(router.decisions()).isEmpty();
        assertThat(router.count("spillway.requests.deferred")).isEqualTo(1);
    }

    @Test
    void shouldAnswerEveryParkedRequestAtItsDeadline() {
        router.states(down(1, START));
        for (int i = 0; i < 50; i++) {
            router.request("r" + i);
        }
        router.advance(Duration.ofMillis(Entries.DEADLINE_MILLIS));
        assertThat(router.answers()).hasSize(50)
                .allSatisfy(answer -> assertThat(answer.json().getError().getCode()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED));
        assertThat(router.entries("requests-interactive")).isZero();
    }

    @Test
    void shouldDrainAnHourOfOutageAtTheRateTheProviderTakes() {
        // Given an outage of an hour and 40 requests that can wait
        router.states(down(1, START));
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            ids.add("r" + i);
            router.send(Lane.INTERACTIVE, "k", TestRouter.body("x"),
                    TestRouter.headers(RecordHeaders.REQUEST_ID, "r" + i, RecordHeaders.DEADLINE, "2h"));
        }
        for (int i = 1; i <= 180; i++) {
            router.states(down(1 + i, START.plusSeconds(i * 20L)));
            router.advance(Duration.ofSeconds(20));
        }
        assertThat(router.attempts("openai")).isEmpty();
        // When it is over
        router.states(up(1_000, START.plusSeconds(3_600)));
        List<String> served = new ArrayList<>();
        for (int round = 0; round < 200 && served.size() < 40; round++) {
            router.advance(Duration.ofMillis(25));
            List<Attempt> attempts = router.attempts("openai");
            // Then never more at once than there are places
            assertThat(attempts).hasSizeLessThanOrEqualTo(2);
            for (Attempt attempt : attempts) {
                served.add(attempt.getRequestId());
                router.succeeded(attempt, "hi");
            }
        }
        assertThat(served).containsExactlyInAnyOrderElementsOf(ids);
        assertThat(router.answers()).hasSize(40);
    }

    @Test
    void shouldWakeThoseWhoCameFirstFirst() {
        // Given
        router.states(down(1, START));
        for (int i = 0; i < 6; i++) {
            router.request("r" + i);
        }
        // When
        router.states(up(2, START));
        List<String> served = new ArrayList<>();
        for (int round = 0; round < 20; round++) {
            router.tick();
            for (Attempt attempt : router.attempts("openai")) {
                served.add(attempt.getRequestId());
                router.succeeded(attempt, "hi");
            }
        }
        // Then
        assertThat(served.subList(0, 2)).containsExactly("r0", "r1");
        assertThat(served).hasSize(6);
    }

    @Test
    void shouldLetABatchWaitForPlacesAndDrainAsTheyComeFree() {
        // Given a second tier that a batch must not spill into
        router.catalogue(
                Entries.catalogue(2, List.of(Entries.route("chat", Entries.tier("openai/gpt"), Entries.tier("costly/big"))),
                        List.of(Entries.places("openai/gpt", 2), Entries.places("costly/big", 100))));
        for (int i = 0; i < 9; i++) {
            router.request(Lane.BATCH, "r" + i);
        }
        // When
        List<Attempt> running = new ArrayList<>(router.attempts("openai", Lane.BATCH));
        assertThat(running).hasSize(2);
        int served = 0;
        while (!running.isEmpty()) {
            router.succeeded(running.removeFirst(), "hi");
            served++;
            router.tick();
            running.addAll(router.attempts("openai", Lane.BATCH));
            assertThat(running).hasSizeLessThanOrEqualTo(2);
        }
        // Then
        assertThat(served).isEqualTo(9);
        assertThat(router.answers()).hasSize(9);
        assertThat(router.attempts("costly", Lane.BATCH)).isEmpty();
    }

    @Test
    void shouldSpillInteractiveRequestsWhenPlacesAreTaken() {
        router.catalogue(
                Entries.catalogue(2, List.of(Entries.route("chat", Entries.tier("openai/gpt"), Entries.tier("costly/big"))),
                        List.of(Entries.places("openai/gpt", 2), Entries.places("costly/big", 100))));
        for (int i = 0; i < 5; i++) {
            router.request("r" + i);
        }
        assertThat(router.attempts("openai")).hasSize(2);
        assertThat(router.attempts("costly")).hasSize(3);
    }

    @Test
    void shouldPauseBetweenRoundsWhateverTheNews() {
        // Given
        router.request("r1");
        router.failed(router.attempt("openai"), FailureKind.TIMEOUT);
        RoutingDecision defer = router.decisions().getLast();
        assertThat(defer.getKind()).isEqualTo(DecisionKind.DEFER);
        // When a heartbeat comes in between
        router.states(up(2, START));
        router.advance(Duration.ofMillis(500));
        assertThat(router.attempts("openai")).isEmpty();
        // Then
        router.advance(Duration.ofMillis(1_000));
        assertThat(router.attempt("openai").getAttempt()).isEqualTo(2);
    }

    @Test
    void shouldNotLetARestOfHoursElsewhereHoldBackATriedDeployment() {
        // Given the second tier is out of quota for the day
        router.catalogue(
                Entries.catalogue(2, List.of(Entries.route("chat", Entries.tier("openai/gpt"), Entries.tier("costly/big"))),
                        List.of(Entries.places("openai/gpt", 2), Entries.places("costly/big", 2))));
        var suspended = Entries.closed("costly/big", START);
        suspended.setSuspendedUntil(START.plusSeconds(30_000));
        router.states(Entries.states(1, suspended));
        // When the first fails once
        router.request("r1");
        router.failed(router.attempt("openai"), FailureKind.TIMEOUT);
        router.advance(Duration.ofSeconds(2));
        // Then it is tried again soon
        router.succeeded(router.attempt("openai"), "hi");
        assertThat(router.answers()).hasSize(1);
    }

    @Test
    void shouldTryTheLastResortBeforeTheDeadline() {
        // Given
        var route = Entries.route("chat", Entries.tier("openai/gpt"));
        route.setLastResort(Entries.tier("local/small"));
        route.getLastResort().setTimeoutMillis(5_000);
        router.catalogue(
                Entries.catalogue(2, List.of(route), List.of(Entries.places("openai/gpt", 2), Entries.places("local/small", 2))));
        router.states(down(1, START));
        router.request("r1");
        // When
        for (int second = 1; second < 55; second++) {
            router.states(down(1 + second, START.plusSeconds(second)));
            router.advance(Duration.ofSeconds(1));
        }
        assertThat(router.attempts("local")).isEmpty();
        router.advance(Duration.ofSeconds(1));
        // Then
        Attempt attempt = router.attempt("local");
        assertThat(attempt.getTier()).isEqualTo(1);
        router.succeeded(attempt, "from the local model");
        assertThat(router.answer().header(RecordHeaders.DEPLOYMENT)).isEqualTo("local/small");
    }

    @Test
    void shouldWakeWhenTheOperatorTakesADrainBack() {
        // Given
        var drained = Entries.places("openai/gpt", 2);
        drained.setDrain(true);
        router.catalogue(Entries.catalogue(2, List.of(Entries.route("chat", Entries.tier("openai/gpt"))), List.of(drained)));
        router.request("r1");
        router.tick();
        assertThat(router.attempts("openai")).isEmpty();
        // When
        router.catalogue(Entries.catalogue(3, oneDeployment(2).routes().values().stream().toList(),
                oneDeployment(2).deployments().values().stream().toList()));
        router.tick();
        // Then
        assertThat(router.attempts("openai")).hasSize(1);
    }

    @Test
    void shouldNotBelieveAnAggregatorThatFellSilent() {
        // Given the last word was that all is down, for long
        router.states(Entries.states(1, Entries.open("openai/gpt", START, START.plusSeconds(9_000))));
        router.send(Lane.INTERACTIVE, "k", TestRouter.body("x"),
                TestRouter.headers(RecordHeaders.REQUEST_ID, "r1", RecordHeaders.DEADLINE, "1h"));
        // When nothing more is heard
        router.advance(Duration.ofSeconds(30));
        assertThat(router.attempts("openai")).isEmpty();
        router.advance(Duration.ofSeconds(30));
        // Then
        assertThat(router.attempts("openai")).isNotEmpty();
    }

    @Test
    void shouldWakeMoreThanOneTickCanTake() {
        // Given more parked requests than one tick looks at, and room for all
        router.catalogue(Entries.catalogue(2, List.of(Entries.route("chat", Entries.tier("openai/gpt"))),
                List.of(Entries.places("openai/gpt", 5_000))));
        router.states(down(1, START));
        for (int i = 0; i < 1_200; i++) {
            router.request("r" + i);
        }
        // When
        router.states(up(2, START));
        router.tick();
        // Then
        assertThat(router.attempts("openai")).hasSize(1_200);
    }

    private static CatalogueSnapshot oneDeployment(int places) {
        return Entries.catalogue(1, List.of(Entries.route("chat", Entries.tier("openai/gpt"))),
                List.of(Entries.places("openai/gpt", places)));
    }

    private static DeploymentStates down(long version, Instant now) {
        return Entries.states(version, Entries.open("openai/gpt", now, now.plusSeconds(60)));
    }

    private static DeploymentStates up(long version, Instant now) {
        return Entries.states(version, Entries.closed("openai/gpt", now));
    }
}
