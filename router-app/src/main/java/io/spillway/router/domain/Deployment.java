package io.spillway.router.domain;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * One callable, as far as routing needs to know it.
 *
 * @param concurrency most calls in flight over all workers
 * @param contextWindow tokens of prompt and answer together, when known
 * @param dataClasses classes of requests the operator's contract allows here
 * @param drain true while no new attempts may go here
 */
public record Deployment(String id, String provider, Optional<String> region, int concurrency, OptionalLong contextWindow,
        boolean tools, boolean vision, boolean jsonSchema, Set<DataClass> dataClasses,
        boolean drain) {

    public Deployment {
        dataClasses = Set.copyOf(dataClasses);
    }
}
