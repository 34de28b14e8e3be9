package io.spillway.cli.topics;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;

import io.spillway.contract.Topic;
import io.spillway.contract.Topics;
import io.spillway.contract.registry.PortableSchema;
import io.spillway.contract.registry.SchemaNotFoundException;
import io.spillway.contract.registry.SchemaRegistryClient;
import io.spillway.v1.ChatRequest;
import io.spillway.v1.ChatResponse;
import io.spillway.v1.Lane;

/** Registers the schemas of topics, because applications in production do not do so themselves. */
public final class SchemaRegistrar {

    private static final String VALUE_SUFFIX = "-value";

    private final SchemaRegistryClient registry;
    /** Records of topics that may also hold JSON. */
    private final Map<String, Class<?>> mixed = new HashMap<>();

    /** @param registry stays open */
    public SchemaRegistrar(SchemaRegistryClient registry, Topics topics) {
        this.registry = registry;
        for (Lane lane : Topics.LANES) {
            mixed.put(topics.requests(lane).name(), ChatRequest.class);
        }
        mixed.put(topics.responses().name(), ChatResponse.class);
    }

    /**
     * Registers what the registry does not have yet.
     *
     * @return the subjects that got a new version
     */
    public List<String> register(Collection<? extends Topic<?>> topics) {
        List<String> registered = new ArrayList<>();
        schemas(topics).forEach((subject, schema) -> {
            if (!isRegistered(subject, schema)) {
                registry.register(subject, schema, false);
                registered.add(subject);
            }
        });
        return List.copyOf(registered);
    }

    private boolean isRegistered(String subject, Schema schema) {
        try {
            registry.lookup(subject, schema, false);
            return true;
        } catch (SchemaNotFoundException e) {
            return false;
        }
    }

    private Map<String, Schema> schemas(Collection<? extends Topic<?>> topics) {
        Map<String, Schema> schemas = new LinkedHashMap<>();
        for (Topic<?> topic : topics) {
            Class<?> type = mixed.getOrDefault(topic.name(), topic.valueType());
            if (type != byte[].class) {
                schemas.put(topic.name() + VALUE_SUFFIX, PortableSchema.of(SpecificData.get().getSchema(type)));
            }
        }
        return schemas;
    }
}
