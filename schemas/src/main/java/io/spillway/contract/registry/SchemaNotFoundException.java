package io.spillway.contract.registry;

/** The registry has no such schema, subject or version (error codes 40401, 40402, 40403). A fact about the question, never a
 * sign that the registry is out of reach. */
public final class SchemaNotFoundException extends SchemaRegistryException {

    public SchemaNotFoundException(String message, int errorCode) {
        super(message, errorCode);
    }
}
