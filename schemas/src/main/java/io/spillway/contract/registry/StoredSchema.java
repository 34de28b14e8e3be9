package io.spillway.contract.registry;

import org.apache.avro.Schema;

/** One version of a subject; {@code text} is what makes it the same as another, {@code normalized} is looser. */
record StoredSchema(String subject, int version, int id, Schema schema, String text, String normalized) {}
