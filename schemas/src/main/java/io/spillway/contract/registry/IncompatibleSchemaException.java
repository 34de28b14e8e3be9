package io.spillway.contract.registry;

/** The subject's compatibility level forbids the schema (HTTP 409). */
public final class IncompatibleSchemaException extends SchemaRegistryException {

    public IncompatibleSchemaException(String message, int errorCode) {
        super(message, errorCode);
    }
}
