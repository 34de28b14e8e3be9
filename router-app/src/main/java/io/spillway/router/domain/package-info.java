/**
 * Where a request goes next, decided by pure functions: the same facts, progress, catalogue, health, instant and draw always
 * give the same decision. Nothing here knows Kafka, Avro, JSON, a clock or a source of randomness. Start at
 * {@link io.spillway.router.domain.Router}.
 */
@NullMarked
package io.spillway.router.domain;

import org.jspecify.annotations.NullMarked;
