package io.spillway.health.domain;

import java.time.Duration;

/**
 * What one worker holds for a deployment, from its heartbeat.
 *
 * @param inFlight calls under way
 * @param concurrencyLimit calls it allows itself at once
 * @param queued attempts waiting for a permit
 * @param oldestInFlight how long the oldest call has been under way, zero without calls
 */
public record WorkerLoad(int inFlight, int concurrencyLimit, int queued, Duration oldestInFlight) {}
