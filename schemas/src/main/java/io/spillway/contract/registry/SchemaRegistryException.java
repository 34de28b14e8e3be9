package io.spillway.contract.registry;

import org.apache.kafka.common.errors.SerializationException;

/**
 * The registry answered, and the answer is no. Permanent: the same question gets the same answer until somebody changes
 * the schema, the record or the registry.
 */
public class SchemaRegistryException extends SerializationException {

    private final int errorCode;

    public SchemaRegistryException(String message, int errorCode) {
        super(message);
        this.errorCode = errorCode;
    }

    /** The registry's {@code error_code}, such as 40403; 0 when the verdict was reached without asking it. */
    public int errorCode() {
        return errorCode;
    }
}
