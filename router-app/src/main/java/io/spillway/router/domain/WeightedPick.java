package io.spillway.router.domain;

import java.util.List;

/** Picks among candidates in proportion to their weights. */
final class WeightedPick {

    /** A candidate and what it weighs now. */
    record Weighted(Tier.Candidate candidate, double weight) {}

    private WeightedPick() {}

    /**
     * @param options at least one, weights above 0
     * @param draw in [0,1)
     */
    static Tier.Candidate pick(List<Weighted> options, double draw) {
        double total = 0;
        for (Weighted option : options) {
            total += option.weight();
        }
        double point = draw * total;
        for (Weighted option : options) {
            point -= option.weight();
            if (point < 0) {
                return option.candidate();
            }
        }
        return options.getLast().candidate();
    }
}
