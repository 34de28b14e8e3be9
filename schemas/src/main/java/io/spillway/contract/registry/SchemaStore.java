package io.spillway.contract.registry;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Subjects, versions, ids, levels and modes. A change is on disk before it is visible; one lock guards all of it, which is
 * plenty for a registry that clients ask once per schema.
 */
final class SchemaStore implements AutoCloseable {

    private static final String GLOBAL = "";

    private final Map<String, List<StoredSchema>> subjects = new TreeMap<>();
    private final Map<Integer, StoredSchema> byId = new HashMap<>();
    private final Map<UUID, StoredSchema> byGuid = new HashMap<>();
    private final Map<String, Integer> idByText = new HashMap<>();
    private final Map<String, CompatibilityLevel> levels = new HashMap<>();
    private final Map<String, RegistryMode> modes = new HashMap<>();
    private final @Nullable SchemaJournal journal;
    private int lastId;

    /** A store kept in {@code directory}, or in memory alone when there is none. */
    SchemaStore(@Nullable Path directory, CompatibilityLevel defaultLevel) throws IOException {
        levels.put(GLOBAL, defaultLevel);
        modes.put(GLOBAL, RegistryMode.READWRITE);
        journal = directory == null ? null : SchemaJournal.open(directory, this::apply);
    }

    synchronized StoredSchema register(String subject, String text, boolean normalize) {
        Schema schema = parse(text);
        String normalized = PortableSchema.normalized(schema);
        String canonical = normalize ? normalized : schema.toString();
        StoredSchema same = find(subject, canonical, normalized, normalize);
        if (same != null) {
            return same;
        }
        if (mode(subject) == RegistryMode.READONLY) {
            throw RegistryFault.readOnly(subject);
        }
        List<StoredSchema> versions = subjects.getOrDefault(subject, List.of());
        List<String> problems = SchemaEvolution.problems(schema, versions, level(subject));
        if (!problems.isEmpty()) {
            throw RegistryFault.incompatible(subject, problems);
        }
        int id = idByText.getOrDefault(canonical, lastId + 1);
        int version = versions.size() + 1;
        change(entry("schema", subject).put("version", version).put("id", id).put("schema", canonical));
        return version(subject, version);
    }

    synchronized StoredSchema lookup(String subject, String text, boolean normalize) {
        versions(subject);
        Schema schema = parse(text);
        String normalized = PortableSchema.normalized(schema);
        StoredSchema same = find(subject, normalize ? normalized : schema.toString(), normalized, normalize);
        if (same == null) {
            throw RegistryFault.schemaNotFound();
        }
        return same;
    }

    private @Nullable StoredSchema find(String subject, String canonical, String normalized, boolean normalize) {
        for (StoredSchema stored : subjects.getOrDefault(subject, List.of())) {
            if (normalize ? stored.normalized().equals(normalized) : stored.text().equals(canonical)) {
                return stored;
            }
        }
        return null;
    }

    /** Why the schema may not be registered now; empty when it may. */
    synchronized List<String> problems(String subject, String text) {
        return SchemaEvolution.problems(parse(text), subjects.getOrDefault(subject, List.of()), level(subject));
    }

    /** Why the schema does not go with one version; a subject without versions goes with everything. */
    synchronized List<String> problems(String subject, String text, String version) {
        Schema schema = parse(text);
        if (version.equals("latest") && !subjects.containsKey(subject)) {
            return List.of();
        }
        return SchemaEvolution.problems(schema, List.of(version(subject, version)), level(subject));
    }

    synchronized List<String> subjects() {
        return List.copyOf(subjects.keySet());
    }

    synchronized List<StoredSchema> versions(String subject) {
        List<StoredSchema> versions = subjects.get(subject);
        if (versions == null) {
            throw RegistryFault.subjectNotFound(subject);
        }
        return List.copyOf(versions);
    }

    /** By number, or {@code latest}; -1 is Confluent's other spelling of it. */
    synchronized StoredSchema version(String subject, String version) {
        int number;
        if (version.equals("latest") || version.equals("-1")) {
            return version(subject, versions(subject).size());
        }
        try {
            number = Integer.parseInt(version);
        } catch (NumberFormatException e) {
            throw RegistryFault.invalidVersion(version);
        }
        if (number < 1) {
            throw RegistryFault.invalidVersion(version);
        }
        return version(subject, number);
    }

    private StoredSchema version(String subject, int version) {
        List<StoredSchema> versions = versions(subject);
        if (version > versions.size()) {
            throw RegistryFault.versionNotFound(Integer.toString(version));
        }
        return versions.get(version - 1);
    }

    synchronized StoredSchema byId(String id) {
        StoredSchema stored;
        try {
            stored = byId.get(Integer.valueOf(id));
        } catch (NumberFormatException e) {
            throw RegistryFault.noSuchPath();
        }
        if (stored == null) {
            throw RegistryFault.schemaNotFound(id);
        }
        return stored;
    }

    synchronized StoredSchema byGuid(String guid) {
        StoredSchema stored;
        try {
            stored = byGuid.get(UUID.fromString(guid));
        } catch (IllegalArgumentException e) {
            throw RegistryFault.schemaNotFound(guid);
        }
        if (stored == null) {
            throw RegistryFault.schemaNotFound(guid);
        }
        return stored;
    }

    /** Everywhere one schema is used. */
    synchronized List<StoredSchema> usesOf(String id) {
        StoredSchema wanted = byId(id);
        List<StoredSchema> uses = new ArrayList<>();
        subjects.values().forEach(versions -> versions.stream().filter(stored -> stored.id() == wanted.id())
                .forEach(uses::add));
        return uses;
    }

    /** The level in force for a subject. */
    synchronized CompatibilityLevel level(String subject) {
        CompatibilityLevel own = levels.get(subject);
        return own == null ? globalLevel() : own;
    }

    synchronized CompatibilityLevel globalLevel() {
        return levels.getOrDefault(GLOBAL, CompatibilityLevel.FULL_TRANSITIVE);
    }

    synchronized boolean hasLevel(String subject) {
        return levels.containsKey(subject);
    }

    synchronized void setGlobalLevel(CompatibilityLevel level) {
        setLevel(GLOBAL, level);
    }

    synchronized void setLevel(String subject, CompatibilityLevel level) {
        change(entry("compatibility", subject).put("level", level.name()));
    }

    /** The mode in force for a subject. */
    synchronized RegistryMode mode(String subject) {
        RegistryMode own = modes.get(subject);
        return own == null ? globalMode() : own;
    }

    synchronized RegistryMode globalMode() {
        return modes.getOrDefault(GLOBAL, RegistryMode.READWRITE);
    }

    synchronized boolean hasMode(String subject) {
        return modes.containsKey(subject);
    }

    synchronized void setGlobalMode(RegistryMode mode) {
        setMode(GLOBAL, mode);
    }

    synchronized void setMode(String subject, RegistryMode mode) {
        change(entry("mode", subject).put("mode", mode.name()));
    }

    private static ObjectNode entry(String kind, String subject) {
        return JsonNodeFactory.instance.objectNode().put("entry", kind).put("subject", subject);
    }

    private void change(ObjectNode entry) {
        if (journal != null) {
            try {
                journal.append(entry);
            } catch (IOException e) {
                throw RegistryFault.storeFailed("cannot write " + journal.file() + ": " + e.getMessage());
            }
        }
        apply(entry);
    }

    private void apply(JsonNode entry) {
        String subject = entry.required("subject").asText();
        String kind = entry.required("entry").asText();
        switch (kind) {
            case "schema" -> add(subject, entry);
            case "compatibility" -> levels.put(subject, CompatibilityLevel.valueOf(entry.required("level").asText()));
            case "mode" -> modes.put(subject, RegistryMode.valueOf(entry.required("mode").asText()));
            default -> throw new IllegalStateException("unknown entry '" + kind + "'");
        }
    }

    private void add(String subject, JsonNode entry) {
        String text = entry.required("schema").asText();
        Schema schema = PortableSchema.parseLeniently(text, List.of());
        int id = entry.required("id").asInt();
        StoredSchema stored = new StoredSchema(subject, entry.required("version").asInt(), id, schema, text,
                PortableSchema.normalized(schema));
        subjects.computeIfAbsent(subject, key -> new ArrayList<>()).add(stored);
        byId.putIfAbsent(id, stored);
        byGuid.putIfAbsent(guid(text), stored);
        idByText.putIfAbsent(text, id);
        lastId = Math.max(lastId, id);
    }

    /** Stable across restarts and registries, because it comes from the text alone. */
    static UUID guid(String text) {
        return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Schema parse(String text) {
        try {
            return new Schema.Parser().parse(text);
        } catch (AvroRuntimeException e) {
            throw RegistryFault.invalidSchema(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void close() throws IOException {
        if (journal != null) {
            journal.close();
        }
    }
}
