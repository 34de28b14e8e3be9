package io.spillway.load.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Proof of the checker: what a defective system would leave behind is made by chance into correct histories, at one place in
 * thousands, and must be caught every time under the right name and for the right request.
 */
class CheckerProofTest {

    private static final int REQUESTS = 2_000;
    private static final int SEEDS = 50;

    /** Defects, and what a history looks like because of them. */
    enum Defect {
        /** Dedup is off: a repeated request is answered and paid again. */
        DEDUP_OFF(Verdict.DUPLICATE) {
            @Override
            void spoil(Histories h, int at) {
                h.sends.add(Histories.send("r" + at, at, Acknowledgement.ACKED));
                h.answers.add(h.answers.get(at));
                h.calls.add(h.calls.get(at));
            }
        },
        /** The offset is committed and the answer is not: lost with the crash. */
        COMMITTED_TOO_EARLY(Verdict.LOST) {
            @Override
            void spoil(Histories h, int at) {
                h.answers.removeIf(answer -> answer.id().equals("r" + at));
                h.interruptions.add(new Interruption("kill -9 router", Histories.at(at)));
            }
        },
        /** A lease is not waited for: the attempt runs twice although nobody died. */
        LEASE_IGNORED(Verdict.OVERCALL) {
            @Override
            void spoil(Histories h, int at) {
                h.calls.add(h.calls.get(at));
            }
        },
        /** The result of an abandoned attempt reaches the caller after the final answer. */
        LATE_ANSWER_FORWARDED(Verdict.MUTATED) {
            @Override
            void spoil(Histories h, int at) {
                Answer first = h.answers.get(at);
                h.answers.add(new Answer(first.id(), first.fingerprint() + 1, Answer.OK, "beta-1", 1, 2, true, 0, 90_000,
                        first.readNanos() + 1_000_000_000));
            }
        },
        /** Failover leaves the set of deployments that policy allows. */
        POLICY_IGNORED(Verdict.LEAK) {
            @Override
            void spoil(Histories h, int at) {
                PaidCall call = h.calls.get(at);
                h.calls.set(at, new PaidCall(call.requestId(), 1, "gamma-1", 100, 20, 1, call.atNanos()));
            }
        },
        /** Records of an aborted transaction are taken for answers. */
        UNCOMMITTED_ANSWER(Verdict.UNEXPECTED) {
            @Override
            void spoil(Histories h, int at) {
                h.answers.add(Histories.answer("never-sent-" + at, at, "alpha-1"));
            }
        },
        /** The settlement of an attempt is skipped. */
        NOT_SETTLED(Verdict.MISCHARGE) {
            @Override
            void spoil(Histories h, int at) {
                h.charges.remove(at);
            }
        };

        private final Verdict verdict;

        Defect(Verdict verdict) {
            this.verdict = verdict;
        }

        abstract void spoil(Histories h, int at);
    }

    @ParameterizedTest
    @EnumSource
    void shouldCatchEveryDefectWhereverItStrikes(Defect defect) {
        for (int seed = 0; seed < SEEDS; seed++) {
            int at = new SplittableRandom(seed).nextInt(REQUESTS);
            Histories histories = Histories.correct(REQUESTS);
            defect.spoil(histories, at);

            Findings findings = HistoryChecker.check(histories.history(), Histories.EXPECTATION);

            assertThat(findings.of(defect.verdict)).as("%s at %d", defect, at).hasSize(1);
            assertThat(findings.of(defect.verdict).getFirst().requestId()).endsWith(Integer.toString(at));
        }
    }

    @Test
    void shouldFindNothingInAnUnspoiledHistoryOfTheSameSize() {
        assertThat(HistoryChecker.check(Histories.correct(REQUESTS).history(), Histories.EXPECTATION).isClean()).isTrue();
    }
}
