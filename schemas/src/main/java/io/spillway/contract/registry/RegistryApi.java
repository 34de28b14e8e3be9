package io.spillway.contract.registry;

import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The paths of Confluent's REST API over a {@link SchemaStore}, without any HTTP in it. */
final class RegistryApi {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final SchemaStore store;

    RegistryApi(SchemaStore store) {
        this.store = store;
    }

    /** A question split at the slashes and decoded; {@code body} is missing when there is none. */
    record Question(String method, List<String> path, Map<String, String> query, JsonNode body) {

        boolean is(String wantedMethod, int length) {
            return path.size() == length && method.equals(wantedMethod);
        }

        boolean flag(String name) {
            return Boolean.parseBoolean(query.getOrDefault(name, "false"));
        }

        String part(int index) {
            return path.get(index);
        }

        String schema() {
            String type = body.path("schemaType").asText("AVRO");
            if (!type.equals("AVRO")) {
                throw RegistryFault.invalidSchema("type " + type + " is not supported by the embedded registry");
            }
            if (!body.path("references").isEmpty()) {
                throw RegistryFault.invalidSchema("references are not supported by the embedded registry");
            }
            JsonNode schema = body.path("schema");
            if (!schema.isTextual() || schema.asText().isBlank()) {
                throw RegistryFault.invalidSchema("Empty schema");
            }
            return schema.asText();
        }
    }

    /**
     * The body of a success.
     *
     * @throws RegistryFault
     *             with the error to answer
     */
    JsonNode answer(Question question) {
        if (question.path().isEmpty()) {
            return JSON.objectNode();
        }
        return switch (question.part(0)) {
            case "subjects" -> subjects(question);
            case "schemas" -> schemas(question);
            case "config" -> config(question);
            case "mode" -> mode(question);
            case "compatibility" -> compatibility(question);
            default -> throw RegistryFault.noSuchPath();
        };
    }

    private JsonNode subjects(Question question) {
        if (question.is("GET", 1)) {
            return texts(store.subjects());
        }
        if (question.is("POST", 2)) {
            return version(store.lookup(question.part(1), question.schema(), question.flag("normalize")));
        }
        boolean versions = question.path().size() >= 3 && question.part(2).equals("versions");
        if (versions && question.is("GET", 3)) {
            ArrayNode numbers = JSON.arrayNode();
            store.versions(question.part(1)).forEach(stored -> numbers.add(stored.version()));
            return numbers;
        }
        if (versions && question.is("POST", 3)) {
            StoredSchema stored = store.register(question.part(1), question.schema(), question.flag("normalize"));
            return JSON.objectNode().put("id", stored.id()).put("guid", SchemaStore.guid(stored.text()).toString());
        }
        if (versions && question.is("GET", 4)) {
            return version(store.version(question.part(1), question.part(3)));
        }
        if (versions && question.is("GET", 5) && question.part(4).equals("schema")) {
            return raw(store.version(question.part(1), question.part(3)));
        }
        throw otherwise(question, versions || question.path().size() <= 2);
    }

    private JsonNode schemas(Question question) {
        if (question.is("GET", 2) && question.part(1).equals("types")) {
            return texts(List.of("AVRO"));
        }
        boolean ids = question.path().size() >= 3 && question.part(1).equals("ids");
        if (ids && question.is("GET", 3)) {
            return text(store.byId(question.part(2)));
        }
        if (question.is("GET", 3) && question.part(1).equals("guids")) {
            return text(store.byGuid(question.part(2)));
        }
        if (!ids || !question.is("GET", 4)) {
            throw otherwise(question, ids);
        }
        List<StoredSchema> uses = store.usesOf(question.part(2));
        return switch (question.part(3)) {
            case "schema" -> raw(store.byId(question.part(2)));
            case "subjects" -> texts(uses.stream().map(StoredSchema::subject).distinct().toList());
            case "versions" -> {
                ArrayNode array = JSON.arrayNode();
                uses.forEach(use -> array.addObject().put("subject", use.subject()).put("version", use.version()));
                yield array;
            }
            default -> throw RegistryFault.noSuchPath();
        };
    }

    private JsonNode config(Question question) {
        if (question.is("GET", 1)) {
            return JSON.objectNode().put("compatibilityLevel", store.globalLevel().name());
        }
        if (question.is("GET", 2)) {
            String subject = question.part(1);
            if (!store.hasLevel(subject) && !question.flag("defaultToGlobal")) {
                throw RegistryFault.noSubjectLevel(subject);
            }
            return JSON.objectNode().put("compatibilityLevel", store.level(subject).name());
        }
        if (!question.is("PUT", 1) && !question.is("PUT", 2)) {
            throw otherwise(question, question.path().size() <= 2);
        }
        CompatibilityLevel level = CompatibilityLevel.parse(question.body().path("compatibility").asText(""))
                .orElseThrow(RegistryFault::invalidLevel);
        if (question.path().size() == 1) {
            store.setGlobalLevel(level);
        } else {
            store.setLevel(question.part(1), level);
        }
        return JSON.objectNode().put("compatibility", level.name());
    }

    private JsonNode mode(Question question) {
        if (question.is("GET", 1)) {
            return JSON.objectNode().put("mode", store.globalMode().name());
        }
        if (question.is("GET", 2)) {
            String subject = question.part(1);
            if (!store.hasMode(subject) && !question.flag("defaultToGlobal")) {
                throw RegistryFault.noSubjectMode(subject);
            }
            return JSON.objectNode().put("mode", store.mode(subject).name());
        }
        if (!question.is("PUT", 1) && !question.is("PUT", 2)) {
            throw otherwise(question, question.path().size() <= 2);
        }
        RegistryMode mode = RegistryMode.parse(question.body().path("mode").asText(""))
                .orElseThrow(RegistryFault::invalidMode);
        if (question.path().size() == 1) {
            store.setGlobalMode(mode);
        } else {
            store.setMode(question.part(1), mode);
        }
        return JSON.objectNode().put("mode", mode.name());
    }

    private JsonNode compatibility(Question question) {
        boolean versions = question.path().size() >= 4 && question.part(1).equals("subjects")
                && question.part(3).equals("versions");
        if (!versions || (!question.is("POST", 4) && !question.is("POST", 5))) {
            throw otherwise(question, versions && question.path().size() <= 5);
        }
        String subject = question.part(2);
        List<String> problems = question.path().size() == 4
                ? store.problems(subject, question.schema())
                : store.problems(subject, question.schema(), question.part(4));
        ObjectNode verdict = JSON.objectNode().put("is_compatible", problems.isEmpty());
        if (question.flag("verbose")) {
            verdict.set("messages", texts(problems));
        }
        return verdict;
    }

    private static RegistryFault otherwise(Question question, boolean pathExists) {
        return pathExists && !question.method().equals("GET")
                ? RegistryFault.wrongMethod()
                : RegistryFault.noSuchPath();
    }

    private static ObjectNode version(StoredSchema stored) {
        return JSON.objectNode().put("subject", stored.subject()).put("version", stored.version())
                .put("id", stored.id()).put("guid", SchemaStore.guid(stored.text()).toString())
                .put("schema", stored.text());
    }

    private static ObjectNode text(StoredSchema stored) {
        return JSON.objectNode().put("schema", stored.text()).put("guid",
                SchemaStore.guid(stored.text()).toString());
    }

    private static JsonNode raw(StoredSchema stored) {
        // The schema as JSON of its own rather than inside a string.
        return PortableSchema.json(stored.text());
    }

    private static ArrayNode texts(List<String> values) {
        ArrayNode array = JSON.arrayNode();
        values.forEach(array::add);
        return array;
    }
}
