package io.spillway.health.domain;

/**
 * The one table of what each failure kind means for health. The kinds are those of the taxonomy shared by workers, router
 * and documents. Snapshots store the code, so a code is never given to another kind; codes count up from 0 without gaps.
 */
public enum FailureKind {

    RATE_LIMITED(0, HealthClass.CAPACITY), QUOTA_EXHAUSTED(1, HealthClass.QUOTA), OVERLOADED(2, HealthClass.SICK), SERVER_ERROR(3,
            HealthClass.SICK), CONNECTION_FAILED(4, HealthClass.SICK, true), TIMEOUT(5, HealthClass.SICK), MALFORMED_RESPONSE(6,
                    HealthClass.SICK), AUTHENTICATION_FAILED(7, HealthClass.CREDENTIAL), PERMISSION_DENIED(8,
                            HealthClass.CREDENTIAL), MODEL_NOT_FOUND(9, HealthClass.MODEL_MISSING), CONTEXT_WINDOW_EXCEEDED(10,
                                    HealthClass.NEUTRAL), UNSUPPORTED_PARAMETER(11, HealthClass.NEUTRAL), CONTENT_FILTERED(12,
                                            HealthClass.NEUTRAL), INVALID_REQUEST(13, HealthClass.NEUTRAL), QUEUE_TIMEOUT(14,
                                                    HealthClass.NEUTRAL), EXPIRED(15, HealthClass.NEUTRAL), WORKER_LOST(16,
                                                            HealthClass.NEUTRAL), CANCELLED(17,
                                                                    HealthClass.NEUTRAL), UNKNOWN(18, HealthClass.SICK);

    private final int code;
    private final HealthClass healthClass;
    private final boolean hardLocal;

    FailureKind(int code, HealthClass healthClass) {
        this(code, healthClass, false);
    }

    FailureKind(int code, HealthClass healthClass, boolean hardLocal) {
        this.code = code;
        this.healthClass = healthClass;
        this.hardLocal = hardLocal;
    }

    /** The number that stands for this kind in snapshots and array positions. */
    int code() {
        return code;
    }

    /** What a failure of this kind says about the deployment. */
    public HealthClass healthClass() {
        return healthClass;
    }

    /** Whether the failure arose on our side of the wire (refused, DNS, TLS), which takes fewer repeats to believe. */
    public boolean hardLocal() {
        return hardLocal;
    }
}
