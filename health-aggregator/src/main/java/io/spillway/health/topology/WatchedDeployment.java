package io.spillway.health.topology;

import java.time.Duration;
import java.time.Instant;

import io.spillway.health.domain.DeploymentHealth;
import io.spillway.health.domain.HealthView;

/** A deployment's health, and when it was last heard of, published and saved. Owned by one thread. */
final class WatchedDeployment {

    private final String id;
    private final DeploymentHealth health;
    private Instant heardAt;
    private Instant publishedAt = Instant.EPOCH;
    private Instant savedAt;
    private boolean ramping;
    private boolean unsaved;

    /** A deployment to be published with the next tick; being watched counts as having been heard of. */
    WatchedDeployment(String id, DeploymentHealth health, Instant now) {
        this.id = id;
        this.health = health;
        this.heardAt = now;
        this.savedAt = now;
    }

    String id() {
        return id;
    }

    DeploymentHealth health() {
        return health;
    }

    boolean isRamping() {
        return ramping;
    }

    void heard(Instant at, Instant now) {
        Instant known = at.isBefore(now) ? at : now;
        if (known.isAfter(heardAt)) {
            heardAt = known;
        }
    }

    void changed() {
        unsaved = true;
    }

    void published(HealthView view, Instant now) {
        publishedAt = now;
        ramping = view.rampStartedAt().isPresent();
    }

    void saved(Instant now) {
        savedAt = now;
        unsaved = false;
    }

    boolean isSilentFor(Duration time, Instant now) {
        return !now.isBefore(heardAt.plus(time));
    }

    boolean isDueForPublishing(Duration interval, Instant now) {
        return isDue(publishedAt, interval, now);
    }

    boolean isDueForSaving(Duration interval, Instant now) {
        return unsaved && isDue(savedAt, interval, now);
    }

    /** A last time after now means that the clock stepped back. */
    private static boolean isDue(Instant last, Duration interval, Instant now) {
        return last.isAfter(now) || !now.isBefore(last.plus(interval));
    }
}
