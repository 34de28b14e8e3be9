package io.spillway.health.domain;

/**
 * Sick results in a row. A success ends the row. A result that is neither success nor sick (429, quota, a caller's
 * fault) leaves it as it is: it does not show that the deployment works, nor that it is broken.
 *
 * @param sick sick results since the last success
 * @param hardLocal how many of the latest of them in a row failed on our side of the wire
 */
record Streak(int sick, int hardLocal) {

    static final Streak NONE = new Streak(0, 0);

    Streak after(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Succeeded() -> NONE;
            case Outcome.Failed failed -> after(failed.kind());
        };
    }

    private Streak after(FailureKind kind) {
        if (kind.healthClass() != HealthClass.SICK) {
            return this;
        }
        return new Streak(sick + 1, kind.hardLocal() ? hardLocal + 1 : 0);
    }
}
