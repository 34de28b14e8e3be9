package io.spillway.worker.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.spillway.worker.domain.LimitShare.Owned;

class LimitShareTest {

    /** What a worker owns, and its part of a limit without rounding. */
    private record Worker(LimitShare share, double fraction) {}

    @ParameterizedTest
    @CsvSource({"1,1", "64,64", "12000,12000", "4000000,4000000", "9223372036854775807,9223372036854775807"})
    void shouldHaveTheWholeLimitWhenAlone(long limit, long expected) {
        assertThat(LimitShare.WHOLE.of(limit)).isEqualTo(expected);
        assertThat(new LimitShare(new Owned(12, 12), new Owned(3, 3)).of(limit)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"6,12,3,6,64,32", "4,12,2,6,64,21", "12,12,0,6,64,56", "0,12,6,6,64,8", "1,12,0,6,64,4", "1,1000,0,6,64,1",
            "0,12,1,6,4,1", "6,6,0,0,64,64", "0,0,2,4,64,32"})
    void shouldTakeTheOwnedFractionWhenPartitionsAreDivided(int interactive, int ofInteractive, int batch, int ofBatch,
            long limit,
            long expected) {
        LimitShare share = LimitShare.UNKNOWN.withInteractive(new Owned(interactive, ofInteractive))
                .withBatch(new Owned(batch, ofBatch));

        assertThat(share.of(limit)).isEqualTo(expected);
    }

    @Test
    void shouldHaveNothingWhenItOwnsNoPartition() {
        assertThat(LimitShare.UNKNOWN.of(64)).isZero();
        assertThat(LimitShare.UNKNOWN.isNone()).isTrue();
        assertThat(new LimitShare(new Owned(0, 12), new Owned(0, 6)).of(64)).isZero();
    }

    @Test
    void shouldLeaveTheOtherLanesPartUntouchedWhileThatLaneIsNotKnownYet() {
        assertThat(LimitShare.UNKNOWN.withInteractive(new Owned(12, 12)).of(64)).isEqualTo(56);
    }

    @Test
    void shouldAddUpToTheLimitAtMostWhateverTheAssignment() {
        SplittableRandom random = new SplittableRandom(5);
        for (int round = 0; round < 20_000; round++) {
            int ofInteractive = 1 + random.nextInt(40);
            int ofBatch = random.nextInt(20);
            long limit = 1 + random.nextLong(random.nextBoolean() ? 100 : 10_000_000);
            boolean isComplete = random.nextBoolean();
            List<Worker> workers = assigned(random, 1 + random.nextInt(50), ofInteractive, ofBatch, isComplete);

            long sum = workers.stream().mapToLong(worker -> worker.share().of(limit)).sum();

            long belowOne = workers.stream()
                    .filter(worker -> !worker.share().isNone() && worker.fraction() * limit < 1 - 1e-9).count();
            assertThat(sum).as("limit %d, %s", limit, workers).isLessThanOrEqualTo(limit + belowOne);
            if (isComplete) {
                long owners = workers.stream().filter(worker -> !worker.share().isNone()).count();
                assertThat(sum).as("unused of limit %d, %s", limit, workers).isGreaterThan(limit - owners - 1);
            }
        }
    }

    @Test
    void shouldNeverExceedTheLimitWhileWorkersAreReplacedOneByOne() {
        // A cooperative rebalance takes partitions away in one step and hands them over in the next: owned once at most.
        SplittableRandom random = new SplittableRandom(6);
        int[] owner = new int[12];
        for (int step = 0; step < 2_000; step++) {
            int partition = random.nextInt(owner.length);
            owner[partition] = owner[partition] < 0 ? random.nextInt(5) : -1;
            long sum = 0;
            for (int worker = 0; worker < 5; worker++) {
                int id = worker;
                int owned = (int) java.util.Arrays.stream(owner).filter(each -> each == id).count();
                sum += new LimitShare(new Owned(owned, 12), new Owned(0, 0)).of(100);
            }
            assertThat(sum).isLessThanOrEqualTo(100);
        }
    }

    private static List<Worker> assigned(SplittableRandom random, int count, int ofInteractive, int ofBatch,
            boolean isComplete) {
        int[] interactive = new int[count];
        int[] batch = new int[count];
        spread(random, interactive, ofInteractive, isComplete);
        spread(random, batch, ofBatch, isComplete);
        List<Worker> workers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            double fraction = ofBatch == 0
                    ? (double) interactive[i] / ofInteractive
                    : 0.875 * interactive[i] / ofInteractive + 0.125 * batch[i] / ofBatch;
            workers.add(new Worker(
                    new LimitShare(new Owned(interactive[i], ofInteractive), new Owned(batch[i], ofBatch)), fraction));
        }
        return workers;
    }

    private static void spread(SplittableRandom random, int[] owned, int partitions, boolean isComplete) {
        for (int partition = 0; partition < partitions; partition++) {
            if (isComplete || random.nextInt(4) > 0) {
                owned[random.nextInt(owned.length)]++;
            }
        }
    }
}
