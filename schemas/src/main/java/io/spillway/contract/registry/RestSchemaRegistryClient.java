package io.spillway.contract.registry;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Confluent's REST API over the JDK's HTTP client. Answers that never change (ids, registered schemas) are kept for the
 * life of the client and asked for once, however many threads want them.
 */
public final class RestSchemaRegistryClient implements SchemaRegistryClient {

    /** Schemas that refer to others nest a few levels; a cycle would never end. */
    private static final int MAX_REFERENCE_DEPTH = 16;
    private static final int SUBJECT_NOT_FOUND = 40_401;

    private final RegistryTransport transport;
    private final SingleFlightCache<Integer, Schema> byId;
    private final SingleFlightCache<UUID, Schema> byGuid;
    private final SingleFlightCache<Question, Integer> registered;
    private final SingleFlightCache<Question, RegisteredSchema> found;

    public RestSchemaRegistryClient(SchemaRegistryConfig config) {
        this.transport = new RegistryTransport(config);
        this.byId = new SingleFlightCache<>(config.missingIdTtl(), System::nanoTime);
        this.byGuid = new SingleFlightCache<>(config.missingIdTtl(), System::nanoTime);
        // A missing subject appears as soon as somebody registers it: not remembered.
        this.registered = new SingleFlightCache<>(Duration.ZERO, System::nanoTime);
        this.found = new SingleFlightCache<>(Duration.ZERO, System::nanoTime);
    }

    /** A client with the settings found in a map of Confluent's keys, see {@link SchemaRegistryConfig}. */
    public static RestSchemaRegistryClient create(Map<String, ?> config) {
        return new RestSchemaRegistryClient(SchemaRegistryConfig.from(config));
    }

    @Override
    public int register(String subject, Schema schema, boolean normalize) {
        return registered.get(new Question(subject, schema, normalize), question -> {
            JsonNode body = post("/subjects/" + encode(subject) + "/versions?normalize=" + normalize, schema);
            return required(body, "id").asInt();
        });
    }

    @Override
    public RegisteredSchema lookup(String subject, Schema schema, boolean normalize) {
        return found.get(new Question(subject, schema, normalize), question -> {
            JsonNode body = post("/subjects/" + encode(subject) + "?normalize=" + normalize, schema);
            return new RegisteredSchema(subject, required(body, "version").asInt(), required(body, "id").asInt(),
                    schema);
        });
    }

    @Override
    public Schema schemaById(int id) {
        return byId.get(id, key -> parse(get("/schemas/ids/" + key), "id " + key, 0));
    }

    @Override
    public Schema schemaByGuid(UUID guid) {
        return byGuid.get(guid, key -> parse(get("/schemas/guids/" + key), "guid " + key, 0));
    }

    @Override
    public RegisteredSchema latest(String subject) {
        return version(subject, "latest");
    }

    @Override
    public RegisteredSchema version(String subject, int version) {
        return version(subject, Integer.toString(version));
    }

    private RegisteredSchema version(String subject, String version) {
        JsonNode body = get("/subjects/" + encode(subject) + "/versions/" + version);
        return new RegisteredSchema(subject, required(body, "version").asInt(), required(body, "id").asInt(),
                parse(body, subject + " version " + version, 0));
    }

    @Override
    public CompatibilityLevel compatibility(String subject) {
        try {
            return level(get("/config/" + encode(subject) + "?defaultToGlobal=true"));
        } catch (SchemaNotFoundException e) {
            // Older registries ignore defaultToGlobal.
            return globalCompatibility();
        }
    }

    @Override
    public void setCompatibility(String subject, CompatibilityLevel level) {
        put("/config/" + encode(subject), level);
    }

    @Override
    public CompatibilityLevel globalCompatibility() {
        return level(get("/config"));
    }

    @Override
    public void setGlobalCompatibility(CompatibilityLevel level) {
        put("/config", level);
    }

    @Override
    public CompatibilityVerdict check(String subject, Schema schema) {
        return verdict("/compatibility/subjects/" + encode(subject) + "/versions?verbose=true", schema);
    }

    @Override
    public CompatibilityVerdict check(String subject, int version, Schema schema) {
        return verdict("/compatibility/subjects/" + encode(subject) + "/versions/" + version + "?verbose=true",
                schema);
    }

    private CompatibilityVerdict verdict(String path, Schema schema) {
        JsonNode body;
        try {
            body = post(path, schema);
        } catch (SchemaNotFoundException e) {
            if (e.errorCode() == SUBJECT_NOT_FOUND) {
                return CompatibilityVerdict.COMPATIBLE;
            }
            throw e;
        }
        List<String> messages = new ArrayList<>();
        body.path("messages").forEach(message -> messages.add(message.asText()));
        return new CompatibilityVerdict(required(body, "is_compatible").asBoolean(), messages);
    }

    /** A schema with the named schemas it refers to, which are fetched first. */
    private Schema parse(JsonNode body, String what, int depth) {
        String type = body.path("schemaType").asText("AVRO");
        if (!type.equals("AVRO")) {
            throw new SchemaRegistryException("The schema with " + what + " is of type " + type
                    + "; Spillway reads AVRO. Produce with an Avro serializer or as JSON.", 0);
        }
        if (depth > MAX_REFERENCE_DEPTH) {
            throw new SchemaRegistryException("The schema with " + what + " refers to others more than "
                    + MAX_REFERENCE_DEPTH + " levels deep.", 0);
        }
        Map<String, Schema> named = new LinkedHashMap<>();
        for (JsonNode reference : body.path("references")) {
            String subject = required(reference, "subject").asText();
            int version = required(reference, "version").asInt();
            Schema schema = parse(get("/subjects/" + encode(subject) + "/versions/" + version),
                    subject + " version " + version, depth + 1);
            named.put(schema.getFullName(), schema);
        }
        try {
            return PortableSchema.parseLeniently(required(body, "schema").asText(), named.values());
        } catch (AvroRuntimeException e) {
            SchemaRegistryException problem = new InvalidSchemaException(
                    "The schema with " + what + " cannot be parsed by Avro: " + e.getMessage(), 0);
            problem.initCause(e);
            throw problem;
        }
    }

    private JsonNode get(String path) {
        return transport.call("GET", path, null).bodyOrThrow();
    }

    private JsonNode post(String path, Schema schema) {
        String body = JsonNodeFactory.instance.objectNode().put("schema", schema.toString()).toString();
        return transport.call("POST", path, body).bodyOrThrow();
    }

    private void put(String path, CompatibilityLevel level) {
        String body = JsonNodeFactory.instance.objectNode().put("compatibility", level.name()).toString();
        transport.call("PUT", path, body).bodyOrThrow();
    }

    private static CompatibilityLevel level(JsonNode body) {
        String name = required(body, "compatibilityLevel").asText();
        return CompatibilityLevel.parse(name).orElseThrow(() -> new SchemaRegistryException(
                "The schema registry has an unknown compatibility level '" + name + "'.", 0));
    }

    private static JsonNode required(JsonNode body, String field) {
        @Nullable
        JsonNode value = body.get(field);
        if (value == null) {
            throw new SchemaRegistryUnavailableException("The answer of the schema registry has no field '" + field
                    + "'. Check that " + SchemaRegistryConfig.URL + " names a schema registry.", null);
        }
        return value;
    }

    private static String encode(String subject) {
        return URLEncoder.encode(subject, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public void close() {
        transport.close();
    }

    private record Question(String subject, Schema schema, boolean normalize) {}
}
