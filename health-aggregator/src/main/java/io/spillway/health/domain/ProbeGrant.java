package io.spillway.health.domain;

import java.time.Instant;

/**
 * Permission for exactly one attempt to a deployment that gets no other traffic.
 *
 * @param id the epoch of the state that granted it, so no two grants of a deployment share an id
 * @param expires after this instant an unanswered grant is replaced by the next one
 */
public record ProbeGrant(long id, Instant expires) {}
