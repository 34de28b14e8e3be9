package io.spillway.contract.registry;

/** The registry cannot use the schema (error codes 422xx). */
public final class InvalidSchemaException extends SchemaRegistryException {

    public InvalidSchemaException(String message, int errorCode) {
        super(message, errorCode);
    }
}
