package io.spillway.worker.provider;

import java.util.Locale;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.spillway.contract.json.Json;
import io.spillway.contract.json.MalformedJsonException;

/**
 * An error as providers and the proxies before them write it, reduced to what classification needs. Holds provider text: never
 * print it, never pass it on ({@code toString} shows nothing).
 *
 * @param code the error's code, numbers as text; empty when there is none
 * @param type the error's type or class; empty when there is none
 * @param reason a more exact code from a nested object (Azure's innererror, Anthropic's details, OpenRouter's metadata); empty when there is none
 * @param param the request field at fault; empty when there is none
 * @param message the text, in lower case and cut
 * @param upstream the error of the provider behind an aggregator, when it passes that on
 * @param root the whole document, or a missing node
 */
public record ErrorBody(String code, String type, String reason, String param, String message, Optional<ErrorBody> upstream,
        JsonNode root) {

    private static final int LONGEST_MESSAGE = 4_000;

    /** No error could be read. */
    public static final ErrorBody NONE = new ErrorBody("", "", "", "", "", Optional.empty(), MissingNode.getInstance());

    /** Reads an error from a body of any kind. Never throws. */
    public static ErrorBody of(byte[] body) {
        try {
            return of(Json.readDocument(body));
        } catch (MalformedJsonException e) {
            return NONE;
        }
    }

    /** Reads an error from a document of any shape. Never throws. */
    public static ErrorBody of(JsonNode document) {
        // Gemini's compatible endpoint wraps its errors in an array.
        JsonNode root = document.isArray() ? document.path(0) : document;
        JsonNode error = root.path("error");
        if (error.isTextual()) {
            return new ErrorBody(text(root.path("code")), text(root.path("type")), "", "", lower(error.textValue()),
                    Optional.empty(), root);
        }
        return error.isObject() ? read(error, root) : read(root, root);
    }

    /** Whether a document says that it is an error, whatever the HTTP status says. */
    public static boolean isError(JsonNode document) {
        JsonNode root = document.isArray() ? document.path(0) : document;
        JsonNode error = root.path("error");
        boolean hasError = (error.isObject() && !error.isEmpty()) || (error.isTextual() && !error.textValue().isEmpty());
        return hasError || root.path("object").asText("").equals("error") || root.path("type").asText("").equals("error");
    }

    private static ErrorBody read(JsonNode error, JsonNode root) {
        JsonNode detail = error.path("detail");
        String type = text(error.path("type"));
        String param = text(error.path("param"));
        String message = text(error.path("message"));
        if (detail.isArray()) {
            // FastAPI: a list of {loc, msg, type}.
            JsonNode first = detail.path(0);
            type = type.isEmpty() ? text(first.path("type")) : type;
            param = param.isEmpty() ? text(first.path("loc").path(first.path("loc").size() - 1)) : param;
            message = message.isEmpty() ? text(first.path("msg")) : message;
        } else if (message.isEmpty()) {
            message = text(detail);
        }
        String code = text(error.path("code"));
        String reason = firstOf(text(error.path("innererror").path("code")), text(error.path("details").path("error_code")),
                text(error.path("metadata").path("error_type")), text(error.path("status")));
        return new ErrorBody(code.isEmpty() ? text(error.path("statusCode")) : code, type, reason, param, lower(message),
                upstream(error.path("metadata").path("raw")), root);
    }

    /** OpenRouter: the upstream's body as text or as JSON. */
    private static Optional<ErrorBody> upstream(JsonNode raw) {
        if (raw.isObject()) {
            return Optional.of(of(withoutUpstream(raw)));
        }
        if (!raw.isTextual() || raw.textValue().isBlank()) {
            return Optional.empty();
        }
        try {
            return Optional.of(of(withoutUpstream(Json.readValue(raw.textValue()))));
        } catch (MalformedJsonException e) {
            return Optional
                    .of(new ErrorBody("", "", "", "", lower(raw.textValue()), Optional.empty(), MissingNode.getInstance()));
        }
    }

    /** One level is enough: a hostile body could nest without end. */
    private static JsonNode withoutUpstream(JsonNode raw) {
        return raw.path("error").path("metadata").isMissingNode() ? raw : MissingNode.getInstance();
    }

    /** The code as an HTTP status, or 0. */
    public int status() {
        boolean isStatus = code.length() == 3 && code.chars().allMatch(c -> c >= '0' && c <= '9');
        int status = isStatus ? Integer.parseInt(code) : 0;
        return status >= 400 && status < 600 ? status : 0;
    }

    private static String firstOf(String... values) {
        for (String value : values) {
            if (!value.isEmpty()) {
                return value;
            }
        }
        return "";
    }

    private static String text(JsonNode node) {
        return node.isValueNode() ? node.asText("") : "";
    }

    private static String lower(String text) {
        return text.substring(0, Math.min(text.length(), LONGEST_MESSAGE)).toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return "ErrorBody";
    }
}
