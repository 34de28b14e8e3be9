package io.spillway.worker.provider.bedrock;

import java.util.Locale;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.spillway.contract.json.Json;
import io.spillway.contract.json.MalformedJsonException;
import io.spillway.worker.provider.ErrorBody;
import io.spillway.worker.provider.HttpAnswer;

/**
 * An error as AWS writes it: a type in a header or in the body, and a sentence. Holds provider text: never print it.
 *
 * @param type the exception's plain name, without name space and address; empty when there is none
 * @param message the sentence, in lower case and cut, with plain apostrophes
 * @param originalStatus of errors of a model: the HTTP status of the server behind Bedrock; else 0
 * @param root the whole document, or a missing node
 */
record BedrockError(String type, String message, int originalStatus, JsonNode root) {

    private static final int LONGEST_MESSAGE = 4_000;

    /** Reads the error of a response. Never throws. */
    static BedrockError of(HttpAnswer answer) {
        JsonNode root = document(answer.body());
        String type = answer.header("x-amzn-errortype").orElse("");
        return of(type, answer.header("x-amzn-error-message").orElse(""), root);
    }

    /**
     * The error of a document.
     *
     * @param type from outside the document, where it wins
     * @param message the same
     */
    static BedrockError of(String type, String message, JsonNode root) {
        // AWS's outermost layer wraps what it says to unknown operations.
        JsonNode body = root.path("Output").isObject() ? root.path("Output") : root;
        String named = firstOf(type, text(body, "__type"), text(body, "code"));
        String told = firstOf(message, text(body, "message"), text(body, "Message"), text(body, "errorMessage"),
                ErrorBody.of(body).message());
        return new BedrockError(plain(named), lower(told), body.path("originalStatusCode").asInt(0), root);
    }

    static JsonNode document(byte[] body) {
        try {
            return Json.readDocument(body);
        } catch (MalformedJsonException e) {
            return MissingNode.getInstance();
        }
    }

    /** Whether a document that came with a success says that it is an error. */
    static boolean isIn(HttpAnswer answer, JsonNode root) {
        return answer.header("x-amzn-errortype").isPresent() || !text(root, "__type").isEmpty()
                || root.path("Output").path("__type").isTextual() || ErrorBody.isError(root);
    }

    /** {@code com.amazon.coral.service#ThrottlingException:http://internal.amazon.com/...} without what is around the name. */
    private static String plain(String type) {
        int colon = type.indexOf(':');
        String name = colon < 0 ? type : type.substring(0, colon);
        return name.substring(name.indexOf('#') + 1).strip();
    }

    private static String text(JsonNode node, String field) {
        return node.path(field).isTextual() ? node.path(field).textValue() : "";
    }

    private static String firstOf(String... values) {
        for (String value : values) {
            if (!value.isBlank()) {
                return value;
            }
        }
        return "";
    }

    private static String lower(String text) {
        return text.substring(0, Math.min(text.length(), LONGEST_MESSAGE)).toLowerCase(Locale.ROOT).replace('\u2019', '\'');
    }

    @Override
    public String toString() {
        return "BedrockError";
    }
}
