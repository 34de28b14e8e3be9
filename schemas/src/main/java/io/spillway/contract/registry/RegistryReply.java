package io.spillway.contract.registry;

import java.io.IOException;
import java.net.URI;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;

/** What came back, and what it means. Only an answer with the registry's own error code is a verdict on a schema. */
final class RegistryReply {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final URI from;
    private final String question;
    private final int status;
    private final JsonNode body;

    RegistryReply(URI from, String question, int status, byte[] body) {
        this.from = from;
        this.question = question;
        this.status = status;
        this.body = parse(body);
    }

    int status() {
        return status;
    }

    /** Worth asking another address or asking again: overload, or a server in trouble. */
    boolean isTransient() {
        return status == 408 || status == 429 || status >= 500;
    }

    /** The body of a success. Every other status is thrown as the exception that says what to do. */
    JsonNode bodyOrThrow() {
        if (status >= 200 && status < 300) {
            if (body.isMissingNode()) {
                throw notARegistry();
            }
            return body;
        }
        int code = body.path("error_code").asInt(0);
        if (status == 401 || status == 403) {
            throw new SchemaRegistryAccessDeniedException("The schema registry at " + from + " refuses " + question
                    + " with HTTP " + status + reason() + ". Check " + SchemaRegistryConfig.BASIC_AUTH_USER_INFO + " or "
                    + SchemaRegistryConfig.BEARER_AUTH_TOKEN + ", and what that user may do.");
        }
        if (status == 409 && code != 0) {
            throw new IncompatibleSchemaException("The schema registry refuses the schema as incompatible" + reason()
                    + ". Make new fields optional with a default and remove only fields that had one, or use a new"
                    + " subject.", code);
        }
        if (code < 40_000) {
            throw notARegistry();
        }
        if (status == 404) {
            throw new SchemaNotFoundException(
                    "The schema registry at " + from + " does not have it (" + question + ")" + reason(), code);
        }
        if (status == 422) {
            throw new InvalidSchemaException("The schema registry at " + from + " cannot use it (" + question + ")"
                    + reason(), code);
        }
        throw new SchemaRegistryException("The schema registry at " + from + " refuses " + question + " with HTTP "
                + status + reason(), code);
    }

    private SchemaRegistryUnavailableException notARegistry() {
        return new SchemaRegistryUnavailableException("What answers at " + from + " is not a schema registry: HTTP "
                + status + " without its error code for " + question + ". Check the host, port and path in "
                + SchemaRegistryConfig.URL + ".", null);
    }

    private String reason() {
        String message = body.path("message").asText("");
        return message.isEmpty() ? "" : ": " + message;
    }

    private static JsonNode parse(byte[] body) {
        try {
            JsonNode node = JSON.readTree(body);
            return node == null ? MissingNode.getInstance() : node;
        } catch (IOException e) {
            return MissingNode.getInstance();
        }
    }
}
