/**
 * The judgement of one deployment's health as plain values and pure rules: a ring of ten-second buckets, the rule that
 * opens the circuit breaker, the breaker with its probe grants, cooldowns, suspensions, and the fold
 * {@link io.spillway.health.domain.DeploymentHealth} that combines them. Time, randomness and ids are arguments; nothing
 * here reads a clock, a network or a file, and nothing here knows Kafka or Avro.
 */
@NullMarked
package io.spillway.health.domain;

import org.jspecify.annotations.NullMarked;
