package io.spillway.contract.registry;

import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;

/**
 * No verdict could be had: the registry is down, slow, or what answers at its address is not a registry. Nothing is known
 * about the schema, so the record must be kept and the question asked again.
 */
public class SchemaRegistryUnavailableException extends RetriableException {

    public SchemaRegistryUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
