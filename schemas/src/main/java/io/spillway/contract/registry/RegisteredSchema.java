package io.spillway.contract.registry;

import org.apache.avro.Schema;

/**
 * One version of a subject as the registry knows it.
 *
 * @param subject
 *            name the versions are counted under, such as {@code llm.requests-value}
 * @param version
 *            counted from 1 within the subject
 * @param id
 *            number that travels in front of every record written with this schema; the same schema has the same id under
 *            every subject
 * @param schema
 *            the writer's schema
 */
public record RegisteredSchema(String subject, int version, int id, Schema schema) {}
