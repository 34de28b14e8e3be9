package io.spillway.load.rig;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A seeded schedule of harm: which rows of the fault matrix strike, when, and with what luck of their own. Pure. */
public final class NemesisPlan {

    /**
     * One row, once.
     *
     * @param at since the first send
     * @param luck seed of all choices within the row
     */
    public record Strike(Duration at, Row row, long luck) {}

    /** What was struck is left alone for so long at least before the next row of its lane. */
    private static final Duration REST = Duration.ofSeconds(3);
    /** Lanes do not begin together, or every run would open with everything at once. */
    private static final int LATEST_BEGIN_MILLIS = 3_000;

    private final List<Strike> strikes = new ArrayList<>();
    private final List<Row> leftOut = new ArrayList<>();

    private NemesisPlan() {}

    /**
     * Fills a run: the system gets the first twentieth to warm up and the last tenth to heal. In every lane the rows come in an order of
     * the seed, spread over the run; when there is time for all rows of all lanes again, they come again. A lane of few rows does not
     * come again before that: struck all the time, a small machine does nothing but start what was killed.
     */
    public static NemesisPlan of(long seed, Duration duration, Collection<Row> rows) {
        Random random = new Random(seed ^ 0x6e656d65736973L);
        NemesisPlan plan = new NemesisPlan();
        Map<Row.Lane, List<Row>> lanes = new EnumMap<>(Row.Lane.class);
        rows.stream().distinct().sorted().forEach(row -> lanes.computeIfAbsent(row.lane(), lane -> new ArrayList<>()).add(row));
        Duration begin = duration.dividedBy(20);
        Duration end = duration.multipliedBy(9).dividedBy(10);
        Duration room = end.minus(begin).minusMillis(LATEST_BEGIN_MILLIS);
        long passes = lanes.values().stream().mapToLong(members -> room.plus(REST).dividedBy(pass(members))).min().orElse(1);
        lanes.forEach((lane, members) -> plan.fill(members, Math.max(1, passes), begin, end, new Random(random.nextLong())));
        plan.strikes.sort(java.util.Comparator.comparing(Strike::at));
        return plan;
    }

    /** In order of time. */
    public List<Strike> strikes() {
        return List.copyOf(strikes);
    }

    /** Rows for which the run is too short. */
    public List<Row> leftOut() {
        return List.copyOf(leftOut);
    }

    /** What all rows of a lane take, with the shortest rests. */
    private static Duration pass(List<Row> members) {
        return members.stream().map(row -> row.length().plus(REST)).reduce(Duration.ZERO, Duration::plus);
    }

    private void fill(List<Row> members, long passes, Duration begin, Duration end, Random random) {
        Duration at = begin.plusMillis(random.nextInt(LATEST_BEGIN_MILLIS));
        Duration spare = end.minus(at).minus(pass(members).multipliedBy(passes));
        Duration rest = spare.isPositive() ? REST.plus(spare.dividedBy(passes * members.size())) : REST;
        for (int i = 0; i < passes; i++) {
            List<Row> order = new ArrayList<>(members);
            Collections.shuffle(order, random);
            for (Row row : order) {
                if (at.plus(row.length()).compareTo(end) <= 0) {
                    strikes.add(new Strike(at, row, random.nextLong()));
                    at = at.plus(row.length()).plus(rest);
                } else {
                    leftOut.add(row);
                }
            }
        }
    }
}
