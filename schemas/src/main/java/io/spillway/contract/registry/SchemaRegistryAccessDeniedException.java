package io.spillway.contract.registry;

/**
 * The registry refuses our credentials (HTTP 401 or 403). Retriable because it says nothing about the record, but an
 * operator has to mend it.
 */
public final class SchemaRegistryAccessDeniedException extends SchemaRegistryUnavailableException {

    public SchemaRegistryAccessDeniedException(String message) {
        super(message, null);
    }
}
