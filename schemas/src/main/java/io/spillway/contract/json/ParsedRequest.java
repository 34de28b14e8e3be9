package io.spillway.contract.json;

import java.util.List;

import io.spillway.v1.ChatRequest;

/** What became of reading a caller's request. */
public sealed interface ParsedRequest {

    /** A request that any provider could be asked. */
    record Valid(ChatRequest request) implements ParsedRequest {
        @Override
        public String toString() {
            return "Valid";
        }
    }

    /**
     * A request that no provider would take.
     *
     * @param violations everything wrong with it, at least one entry
     */
    record Invalid(List<Violation> violations) implements ParsedRequest {
        public Invalid {
            violations = List.copyOf(violations);
        }
    }
}
