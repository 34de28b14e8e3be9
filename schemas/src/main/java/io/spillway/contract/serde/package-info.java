/**
 * Avro records to bytes and back: Confluent's framing, schema ids from a registry, and serializers that can be replaced by
 * class name. Start at {@link io.spillway.contract.serde.AvroSerdes}.
 */
@NullMarked
package io.spillway.contract.serde;

import org.jspecify.annotations.NullMarked;
