/**
 * The edge around the judgement: Kafka Streams topology, snapshot store, ticks, and the mapping between Avro records and the
 * domain. Start at {@link io.spillway.health.topology.HealthTopology}, then {@link io.spillway.health.topology.HealthEngine}.
 */
@NullMarked
package io.spillway.health.topology;

import org.jspecify.annotations.NullMarked;
