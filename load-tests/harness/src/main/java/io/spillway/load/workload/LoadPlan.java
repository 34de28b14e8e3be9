package io.spillway.load.workload;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Fixes a whole run before it begins: nothing the system does can change what is sent when. */
public final class LoadPlan {

    /** Long enough for an answer that quotes the request. */
    private static final int MAX_TOKENS = 64;
    /** How far back a repeated request may lie, in requests. */
    private static final int REPEAT_WITHIN = 500;

    private LoadPlan() {}

    /** All requests of a workload; the same for the same seed. */
    public static List<PlannedRequest> of(Workload workload, long seed) {
        SplittableRandom arrivals = new SplittableRandom(seed);
        SplittableRandom shapes = new SplittableRandom(seed + 1);
        long end = workload.duration().toNanos();
        double gap = 1e9 / workload.rate();
        List<PlannedRequest> plan = new ArrayList<>();
        double at = 0;
        while (at < end) {
            plan.add(request(workload, plan, (long) at, shapes));
            at += switch (workload.arrival()) {
                case CONSTANT -> gap;
                case POISSON -> -Math.log1p(-arrivals.nextDouble()) * gap;
            };
        }
        return List.copyOf(plan);
    }

    private static PlannedRequest request(Workload workload, List<PlannedRequest> plan, long at, SplittableRandom shapes) {
        int index = plan.size();
        // Drawn in any case, so that one share can change without changing all that follows.
        boolean repeat = shapes.nextDouble() < workload.repeatShare();
        boolean batch = shapes.nextDouble() < workload.batchShare();
        int bytes = shapes.nextInt(workload.prompt().leastBytes(), workload.prompt().mostBytes() + 1);
        int back = shapes.nextInt(REPEAT_WITHIN) + 1;
        if (repeat && index > 0) {
            PlannedRequest earlier = plan.get(plan.get(Math.max(0, index - back)).original());
            return new PlannedRequest(index, earlier.index(), at, earlier.batch(), earlier.promptBytes(), earlier.maxTokens());
        }
        return new PlannedRequest(index, index, at, batch, bytes, MAX_TOKENS);
    }
}
