package io.spillway.contract.registry;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.apache.avro.Schema;

/** Brings a registry to the schemas of this version of the contract: all of them, or none. */
public final class Schemas {

    private Schemas() {}

    /**
     * Registers every schema that is not there yet, unless one of them is incompatible: then nothing is registered and
     * the result says why. Schemas are registered in the form every language writes, see {@link PortableSchema#of}.
     *
     * @param schemas
     *            schema by subject
     * @return one entry per subject, in the order of the map
     */
    public static List<SchemaRegistration> register(SchemaRegistryClient client, Map<String, Schema> schemas) {
        Map<String, SchemaRegistration> results = new LinkedHashMap<>();
        schemas.forEach((subject, schema) -> results.put(subject, inspect(client, subject, PortableSchema.of(schema))));
        boolean refused = results.values().stream().anyMatch(r -> r.status() == SchemaRegistration.Status.INCOMPATIBLE);
        if (!refused) {
            schemas.forEach((subject, schema) -> results.computeIfPresent(subject, (key, result) -> result.isUsable()
                    ? result
                    : register(client, subject, PortableSchema.of(schema))));
        }
        return List.copyOf(results.values());
    }

    /** As {@link #register(SchemaRegistryClient, Map)}, after giving every subject the compatibility level. */
    public static List<SchemaRegistration> register(SchemaRegistryClient client, Map<String, Schema> schemas,
            CompatibilityLevel level) {
        for (String subject : schemas.keySet()) {
            if (client.compatibility(subject) != level) {
                client.setCompatibility(subject, level);
            }
        }
        return register(client, schemas);
    }

    private static SchemaRegistration inspect(SchemaRegistryClient client, String subject, Schema schema) {
        try {
            return done(client.lookup(subject, schema, false), SchemaRegistration.Status.UNCHANGED);
        } catch (SchemaNotFoundException e) {
            CompatibilityVerdict verdict = client.check(subject, schema);
            return verdict.compatible()
                    ? SchemaRegistration.held(subject)
                    : SchemaRegistration.refused(subject, verdict.messages());
        }
    }

    private static SchemaRegistration register(SchemaRegistryClient client, String subject, Schema schema) {
        try {
            client.register(subject, schema, false);
        } catch (IncompatibleSchemaException e) {
            // Somebody registered another version since the check.
            return SchemaRegistration.refused(subject, List.of(String.valueOf(e.getMessage())));
        }
        return done(client.lookup(subject, schema, false), SchemaRegistration.Status.REGISTERED);
    }

    private static SchemaRegistration done(RegisteredSchema schema, SchemaRegistration.Status status) {
        return new SchemaRegistration(schema.subject(), status, schema.id(), schema.version(), List.of());
    }
}
