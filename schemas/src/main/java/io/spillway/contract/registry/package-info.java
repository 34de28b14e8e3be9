/**
 * A schema registry spoken to, and one to speak to. {@link io.spillway.contract.registry.RestSchemaRegistryClient} talks
 * Confluent's REST API with Confluent's configuration keys; {@link io.spillway.contract.registry.EmbeddedSchemaRegistry}
 * answers the same API for the local stack and for tests; {@link io.spillway.contract.registry.Schemas} registers the
 * contract.
 */
@NullMarked
package io.spillway.contract.registry;

import org.jspecify.annotations.NullMarked;
