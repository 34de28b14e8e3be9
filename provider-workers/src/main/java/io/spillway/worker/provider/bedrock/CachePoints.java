package io.spillway.worker.provider.bedrock;

import java.util.List;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.contract.json.Json;
import io.spillway.worker.provider.ProviderCall;

/**
 * Marks for prompt caching. Callers put {@code cache_control} on a message, a part or a tool; Bedrock has a block of its own, which
 * stands behind what is to be cached.
 */
final class CachePoints {

    /** The name of the block. */
    static final String FIELD = "cachePoint";

    private static final String ASKED = "cache_control";
    private static final Set<String> LIFETIMES = Set.of("5m", "1h");

    private final boolean areWanted;

    CachePoints(ProviderCall call, Set<String> dropped) {
        this.areWanted = call.setting("cache-points", "keep").equals("keep") && !dropped.contains(ASKED);
    }

    /** Adds a cache point if what the caller wrote has a mark. */
    void addAfter(JsonNode written, List<ObjectNode> blocks) {
        JsonNode mark = written.path(ASKED);
        if (!areWanted || !mark.isObject()) {
            return;
        }
        ObjectNode block = Json.object();
        ObjectNode point = block.putObject(FIELD).put("type", "default");
        String lifetime = mark.path("ttl").asText("");
        if (LIFETIMES.contains(lifetime)) {
            point.put("ttl", lifetime);
        }
        blocks.add(block);
    }
}
