/**
 * The edge around the decisions: Kafka Streams topology, state stores, timers, and the mapping between Avro records and the
 * domain. Start at {@link io.spillway.router.topology.RouterTopology}, then {@link io.spillway.router.topology.LaneEngine}.
 */
@NullMarked
package io.spillway.router.topology;

import org.jspecify.annotations.NullMarked;
