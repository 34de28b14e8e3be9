package io.spillway.load.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class HistoryCheckerTest {

    /** Change of a correct history of 20 requests, and exactly the verdicts it must lead to. */
    static Stream<Arguments> spoiled() {
        return Stream.of(
                spoiled("an answer is missing", h -> h.answers.remove(7), Verdict.LOST),
                spoiled("an answer comes after deadline and grace", h -> {
                    Answer a = h.answers.get(2);
                    h.answers.set(2,
                            new Answer(a.id(), a.fingerprint(), a.outcome(), a.deployment(), a.tier(), a.attempts(), true,
                                    a.partition(), a.offset(), Histories.at(2) + 61_000_000_000L));
                }, Verdict.LOST),
                spoiled("the same answer twice", h -> h.answers.add(h.answers.get(4)), Verdict.DUPLICATE),
                spoiled("two different answers", h -> h.answers.add(Histories.answer("r4", 99, "alpha-1")), Verdict.DUPLICATE,
                        Verdict.MUTATED),
                spoiled("an error after a success", h -> h.answers.add(withOutcome(h.answers.get(4), "deadline_exceeded")),
                        Verdict.DUPLICATE, Verdict.MUTATED, Verdict.UNEXPECTED),
                spoiled("the answer to another request", h -> {
                    Answer a = h.answers.get(9);
                    h.answers.set(9,
                            new Answer(a.id(), a.fingerprint(), a.outcome(), a.deployment(), a.tier(), a.attempts(), false,
                                    a.partition(), a.offset(), a.readNanos()));
                }, Verdict.MUTATED),
                spoiled("an answer nobody asked for", h -> h.answers.add(Histories.answer("x", 3, "alpha-1")),
                        Verdict.UNEXPECTED),
                spoiled("an answer to a refused send", h -> h.sends.set(5, Histories.send("r5", 5, Acknowledgement.FAILED)),
                        Verdict.UNEXPECTED),
                spoiled("an error where all can be served",
                        h -> h.answers.set(6, withOutcome(h.answers.get(6), "all_providers_unavailable")), Verdict.UNEXPECTED),
                spoiled("an answer that nobody was paid for", h -> {
                    h.calls.remove(8);
                    h.charges.remove(8);
                }, Verdict.UNEXPECTED),
                spoiled("a paid call for nobody", h -> {
                    h.calls.add(Histories.call("x", 3, "alpha-1"));
                    h.charges.add(new Charge("x", 1, "alpha-1", 100, 20));
                }, Verdict.UNEXPECTED),
                spoiled("a conflict without another body", h -> h.answers.add(withOutcome(h.answers.get(1), Answer.CONFLICT)),
                        Verdict.UNEXPECTED),
                spoiled("an attempt paid twice without a crash", h -> payAgain(h, 10), Verdict.OVERCALL),
                spoiled("two attempts paid twice for one crash", h -> {
                    payAgain(h, 10);
                    payAgain(h, 10);
                    h.interruptions.add(new Interruption("kill -9 worker", Histories.at(10) + 10));
                }, Verdict.OVERCALL),
                spoiled("a crash after the answer explains nothing", h -> {
                    payAgain(h, 10);
                    h.interruptions.add(new Interruption("kill -9 worker", Histories.at(15)));
                }, Verdict.OVERCALL),
                spoiled("more calls than the cap", h -> {
                    Answer a = h.answers.get(0);
                    h.answers.set(0,
                            new Answer(a.id(), a.fingerprint(), a.outcome(), a.deployment(), a.tier(), 9, true, a.partition(),
                                    a.offset(), a.readNanos()));
                    payAgain(h, 0);
                    payAgain(h, 0);
                    payAgain(h, 0);
                }, Verdict.OVERCALL),
                spoiled("a paid call that was not charged", h -> h.charges.remove(3), Verdict.MISCHARGE),
                spoiled("a charge for nothing", h -> h.charges.add(new Charge("r3", 2, "beta-1", 1, 1)), Verdict.MISCHARGE),
                spoiled("a charge of other tokens", h -> h.charges.set(3, new Charge("r3", 1, "beta-1", 100, 21)),
                        Verdict.MISCHARGE),
                spoiled("an answer from a deployment that policy forbids",
                        h -> h.answers.set(11, Histories.answer("r11", 11, "gamma-1")), Verdict.LEAK),
                spoiled("a prompt sent to a deployment that policy forbids", h -> {
                    h.calls.add(Histories.call("r11", 11, "gamma-1"));
                    h.charges.add(new Charge("r11", 1, "gamma-1", 100, 20));
                    h.interruptions.add(new Interruption("kill -9 worker", Histories.at(11)));
                }, Verdict.LEAK));
    }

    /** Changes that break no promise. */
    static Stream<Arguments> allowed() {
        return Stream.of(
                fine("nothing was changed", h -> {}),
                fine("a send without word was answered",
                        h -> h.sends.set(5, Histories.send("r5", 5, Acknowledgement.UNKNOWN))),
                fine("a send without word was not answered", h -> {
                    h.sends.set(5, Histories.send("r5", 5, Acknowledgement.UNKNOWN));
                    remove(h, 5);
                }),
                fine("a refused send was not answered", h -> {
                    h.sends.set(5, Histories.send("r5", 5, Acknowledgement.FAILED));
                    remove(h, 5);
                }),
                fine("a repeated request got no further answer",
                        h -> h.sends.add(Histories.send("r5", 5, Acknowledgement.ACKED))),
                fine("another body under the same id was called a conflict", h -> {
                    h.sends.add(new Send("r5", 77, Histories.ROUTE, Histories.at(6), Acknowledgement.ACKED, 0, 44));
                    h.answers.add(withOutcome(h.answers.get(5), Answer.CONFLICT));
                }),
                fine("an error says nothing of the prompt", h -> {
                    Answer a = h.answers.get(6);
                    h.answers.set(6, new Answer(a.id(), 1, "deadline_exceeded", "", -1, 1, false, 0, 6, a.readNanos()));
                }),
                fine("a call was paid twice because its worker died", h -> {
                    payAgain(h, 10);
                    h.interruptions.add(new Interruption("kill -9 worker", Histories.at(10) + 10));
                }),
                fine("a failed attempt was paid too", h -> {
                    Answer a = h.answers.get(3);
                    h.answers.set(3, new Answer(a.id(), a.fingerprint(), a.outcome(), a.deployment(), 1, 2, true, a.partition(),
                            a.offset(), a.readNanos()));
                    h.calls.add(Histories.call("r3", 3, "alpha-1"));
                    h.charges.add(new Charge("r3", 1, "alpha-1", 100, 20));
                }));
    }

    @ParameterizedTest
    @MethodSource("spoiled")
    void shouldReachExactlyTheVerdictsWhenAHistoryIsSpoiled(Consumer<Histories> change, Set<Verdict> expected) {
        // Given
        Histories histories = Histories.correct(20);
        change.accept(histories);

        // When
        Findings findings = HistoryChecker.check(histories.history(), Histories.EXPECTATION);

        // Then
        Set<Verdict> found = EnumSet.noneOf(Verdict.class);
        findings.verdicts().forEach((verdict, evidence) -> {
            if (!evidence.isEmpty()) {
                found.add(verdict);
                assertThat(evidence).allSatisfy(one -> {
                    assertThat(one.detail()).isNotEmpty();
                    assertThat(one.where()).isNotEmpty();
                });
            }
        });
        assertThat(found).isEqualTo(expected);
        assertThat(findings.isClean()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("allowed")
    void shouldFindNothingWhenNoPromiseIsBroken(Consumer<Histories> change) {
        Histories histories = Histories.correct(20);
        change.accept(histories);

        Expectation expectation = new Expectation(Histories.EXPECTATION.deployments(), 3, Set.of(Answer.OK, "deadline_exceeded"),
                Histories.EXPECTATION.latest());
        Findings findings = HistoryChecker.check(histories.history(), expectation);

        assertThat(findings.verdicts()).allSatisfy((verdict, evidence) -> assertThat(evidence).as("%s", verdict).isEmpty());
        assertThat(findings.verdicts()).containsOnlyKeys(Verdict.values());
        assertThat(findings.unchecked()).isEmpty();
    }

    @Test
    void shouldSayThatChargesWereNotCheckedWhenThereAreNone() {
        Histories histories = Histories.correct(3);

        Findings findings = HistoryChecker.check(histories.withoutCharges(), Histories.EXPECTATION);

        assertThat(findings.unchecked()).containsExactly(Verdict.MISCHARGE);
        assertThat(findings.isClean()).isTrue();
    }

    @Test
    void shouldCountRecoveredRepeatedAndDuplicatedAlthoughTheyAreNoFaults() {
        Histories histories = Histories.correct(10);
        histories.sends.set(2, Histories.send("r2", 2, Acknowledgement.UNKNOWN));
        histories.sends.add(Histories.send("r4", 4, Acknowledgement.ACKED));
        payAgain(histories, 6);
        histories.interruptions.add(new Interruption("kill -9 worker", Histories.at(6)));

        Findings.Counts counts = HistoryChecker.check(histories.history(), Histories.EXPECTATION).counts();

        assertThat(counts).isEqualTo(new Findings.Counts(10, 9, 10, 1, 1, 11, 1, 0));
    }

    private static Answer withOutcome(Answer a, String outcome) {
        return new Answer(a.id(), a.fingerprint(), outcome, a.deployment(), a.tier(), a.attempts(), true, a.partition(),
                a.offset() + 1000,
                a.readNanos() + 1);
    }

    private static void payAgain(Histories histories, int position) {
        PaidCall call = histories.calls.get(position);
        histories.calls.add(call);
        histories.charges.add(new Charge(call.requestId(), call.attempt(), call.deployment(), 100, 20));
    }

    private static void remove(Histories histories, int position) {
        histories.answers.remove(position);
        histories.calls.remove(position);
        histories.charges.remove(position);
    }

    private static Arguments spoiled(String name, Consumer<Histories> change, Verdict... expected) {
        return argumentSet(name, change, EnumSet.copyOf(Arrays.asList(expected)));
    }

    private static Arguments fine(String name, Consumer<Histories> change) {
        return argumentSet(name, change);
    }
}
