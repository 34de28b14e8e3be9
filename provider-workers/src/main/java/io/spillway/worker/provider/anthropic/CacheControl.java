package io.spillway.worker.provider.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Marks for prompt caching, which callers put beside OpenAI's fields. */
final class CacheControl {

    private static final String FIELD = "cache_control";

    private CacheControl() {}

    /** Copies a mark from what the caller wrote to a block of this dialect. */
    static void copy(JsonNode from, ObjectNode block) {
        if (from.path(FIELD).isObject()) {
            block.set(FIELD, from.path(FIELD));
        }
    }
}
