package io.spillway.health.domain;

/** What a failed attempt says about the deployment it was sent to. */
public enum HealthClass {

    /** The deployment itself misbehaved. The only class that counts towards opening the circuit breaker. */
    SICK,

    /** The deployment is well but full (429): leads to a cooldown, never to an open breaker. */
    CAPACITY,

    /** The account behind the deployment has nothing left to spend: suspends the deployment. */
    QUOTA,

    /** The credential was refused: suspends the deployment. */
    CREDENTIAL,

    /** The provider does not know the model: suspends the deployment. */
    MODEL_MISSING,

    /** Says nothing about the deployment: the caller's fault, our own queue, or a lost worker. */
    NEUTRAL;

    /** How much one such failure adds to the failure rate: 1 for a sick result, otherwise 0. */
    public int sickWeight() {
        return this == SICK ? 1 : 0;
    }

    /** Whether one such failure takes the deployment out of traffic until it has been rechecked. */
    public boolean suspends() {
        return switch (this) {
            case QUOTA, CREDENTIAL, MODEL_MISSING -> true;
            case SICK, CAPACITY, NEUTRAL -> false;
        };
    }
}
