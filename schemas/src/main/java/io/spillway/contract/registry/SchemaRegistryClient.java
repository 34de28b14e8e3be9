package io.spillway.contract.registry;

import java.util.UUID;

import org.apache.avro.Schema;

/**
 * What Spillway asks of a schema registry. Implementations are safe for use by many threads.
 *
 * <p>
 * Every method may throw {@link SchemaRegistryUnavailableException} (nothing is known about the schema: try again) or a
 * {@link SchemaRegistryException} (the registry's own verdict: trying again changes nothing).
 */
public interface SchemaRegistryClient extends AutoCloseable {

    /**
     * Registers a schema, or finds it when it is registered already.
     *
     * @return the id of the schema
     * @throws IncompatibleSchemaException
     *             when the subject's compatibility level forbids it
     * @throws InvalidSchemaException
     *             when the registry cannot parse it
     */
    int register(String subject, Schema schema, boolean normalize);

    /**
     * Finds a schema under a subject.
     *
     * @throws SchemaNotFoundException
     *             when the subject does not exist or has no such schema
     */
    RegisteredSchema lookup(String subject, Schema schema, boolean normalize);

    /**
     * The schema a record was written with.
     *
     * @throws SchemaNotFoundException
     *             when the registry has no such id
     */
    Schema schemaById(int id);

    /**
     * The schema a record was written with, by the global identifier newer Confluent serializers put into a header.
     *
     * @throws SchemaNotFoundException
     *             when the registry has no such identifier
     */
    Schema schemaByGuid(UUID guid);

    /**
     * The newest version of a subject.
     *
     * @throws SchemaNotFoundException
     *             when the subject does not exist
     */
    RegisteredSchema latest(String subject);

    /**
     * One version of a subject, counted from 1.
     *
     * @throws SchemaNotFoundException
     *             when the subject or the version does not exist
     */
    RegisteredSchema version(String subject, int version);

    /** The level in force for a subject: its own, or else the registry's global one. */
    CompatibilityLevel compatibility(String subject);

    /** Gives a subject, which need not exist yet, a level of its own. */
    void setCompatibility(String subject, CompatibilityLevel level);

    /** The level for subjects without one of their own. */
    CompatibilityLevel globalCompatibility();

    /** Changes the level for subjects without one of their own. */
    void setGlobalCompatibility(CompatibilityLevel level);

    /** Asks whether {@link #register} would take the schema, by the level in force. A new subject takes anything. */
    CompatibilityVerdict check(String subject, Schema schema);

    /** Asks whether the schema is compatible with one version of the subject. */
    CompatibilityVerdict check(String subject, int version, Schema schema);

    @Override
    void close();
}
