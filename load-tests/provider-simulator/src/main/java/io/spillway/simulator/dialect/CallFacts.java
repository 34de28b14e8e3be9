package io.spillway.simulator.dialect;

import java.time.Duration;
import java.time.Instant;

/**
 * What identifies one call in answers and headers.
 *
 * @param token 24 letters and digits, unique per call; dialects make their ids from it
 * @param receivedAt when the request had been received
 * @param processing how long the provider has worked on it
 */
public record CallFacts(String token, Instant receivedAt, Duration processing) {}
