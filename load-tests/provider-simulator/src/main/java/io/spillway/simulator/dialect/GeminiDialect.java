package io.spillway.simulator.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.simulator.wire.HttpRequest;
import io.spillway.simulator.wire.ResponseHead;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Google's generateContent: on the Gemini API with a key, or on Vertex AI with an access token. The model is in the path. */
final class GeminiDialect implements Dialect {

    private static final Pattern GEMINI = Pattern.compile("/v1(?:beta)?/models/([^/:]+):(generateContent|streamGenerateContent)");
    private static final Pattern VERTEX = Pattern.compile("/v1(?:beta1)?/projects/[^/]+/locations/[^/]+/publishers/google/models/"
            + "([^/:]+):(generateContent|streamGenerateContent)");
    private static final String TYPE = "type.googleapis.com/google.rpc.";
    private static final String INVALID = "INVALID_ARGUMENT";
    private static final String EXHAUSTED = "RESOURCE_EXHAUSTED";
    /** As a code: the quota of the day is used up, not that of the minute. */
    private static final String PER_DAY = "PerDay";

    private final boolean onVertex;
    private final Pattern paths;

    private GeminiDialect(boolean onVertex) {
        this.onVertex = onVertex;
        this.paths = onVertex ? VERTEX : GEMINI;
    }

    static GeminiDialect withApiKey() {
        return new GeminiDialect(false);
    }

    static GeminiDialect onVertex() {
        return new GeminiDialect(true);
    }

    @Override
    public boolean serves(String path) {
        return paths.matcher(path).matches();
    }

    @Override
    public String model(HttpRequest request, JsonNode body) {
        Matcher matcher = paths.matcher(request.path());
        return matcher.matches() ? matcher.group(1) : "";
    }

    @Override
    public Reading read(HttpRequest request, JsonNode body) {
        Matcher matcher = paths.matcher(request.path());
        boolean streams = matcher.matches() && matcher.group(2).equals("streamGenerateContent");
        if (streams && !request.queryParameter("alt").orElse("").equals("sse")) {
            return new Reading.Refused(ProviderError.of(400, INVALID,
                    "The simulator streams server-sent events only: add ?alt=sse, or call generateContent."));
        }
        return GeminiRequest.read(model(request, body), streams, body);
    }

    @Override
    public Optional<String> credential(HttpRequest request) {
        if (onVertex) {
            return request.header("authorization").filter(value -> value.regionMatches(true, 0, "Bearer ", 0, 7))
                    .map(value -> value.substring(7).strip());
        }
        return request.header("x-goog-api-key").or(() -> request.queryParameter("key"));
    }

    @Override
    public JsonNode completion(ChatCall call, Answer answer, Answer.Shape shape, CallFacts facts) {
        return GeminiAnswer.completion(call, answer, shape, facts);
    }

    @Override
    public List<byte[]> stream(ChatCall call, Answer answer, Answer.Shape shape, CallFacts facts) {
        return GeminiAnswer.stream(call, answer, shape, facts);
    }

    @Override
    public JsonNode errorBody(ProviderError error, CallFacts facts) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ObjectNode inner = body.putObject("error").put("code", error.status()).put("message", error.message()).put("status",
                error.type());
        ArrayNode details = JsonNodeFactory.instance.arrayNode();
        error.code().filter(code -> !code.contains(PER_DAY))
                .ifPresent(reason -> details.addObject().put("@type", TYPE + "ErrorInfo").put("reason", reason)
                        .put("domain", "googleapis.com"));
        if (error.status() == 429 && !onVertex) {
            String span = error.code().filter(code -> code.contains(PER_DAY)).isPresent() ? PER_DAY : "PerMinute";
            details.addObject().put("@type", TYPE + "QuotaFailure").putArray("violations").addObject()
                    .put("quotaMetric", "generativelanguage.googleapis.com/generate_content_requests")
                    .put("quotaId", "GenerateRequests" + span + "PerProjectPerModel").put("quotaValue", "1000");
        }
        error.retryAfter()
                .ifPresent(wait -> details.addObject().put("@type", TYPE + "RetryInfo").put("retryDelay", seconds(wait)));
        if (!details.isEmpty()) {
            inner.set("details", details);
        }
        return body;
    }

    /** As protobuf writes durations: {@code 17s}, {@code 0.250s}. */
    private static String seconds(Duration wait) {
        long millis = wait.toMillis();
        return millis % 1000 == 0 ? millis / 1000 + "s" : String.format("%d.%03ds", millis / 1000, millis % 1000);
    }

    /** Google announces no limits in headers. */
    @Override
    public void addHeaders(ResponseHead head, CallFacts facts, RateFacts rate) {
        head.add("server-timing", "gfet4t7; dur=" + facts.processing().toMillis()).add("x-content-type-options", "nosniff");
    }

    /** The wait is in the body. */
    @Override
    public void addRetryAfter(ResponseHead head, Duration wait) {}

    @Override
    public ProviderError error(int status, String code, String message) {
        String type = status(status);
        return new ProviderError(status, type, Optional.of(code).filter(text -> !text.isEmpty() && !text.equals(type)),
                Optional.empty(), message.isEmpty() ? usualMessage(status) : message);
    }

    private static String status(int status) {
        return switch (status) {
            case 401 -> "UNAUTHENTICATED";
            case 402, 429 -> EXHAUSTED;
            case 403 -> "PERMISSION_DENIED";
            case 404 -> "NOT_FOUND";
            case 409 -> "ABORTED";
            case 499 -> "CANCELLED";
            case 503 -> "UNAVAILABLE";
            case 504 -> "DEADLINE_EXCEEDED";
            default -> status >= 500 ? "INTERNAL" : INVALID;
        };
    }

    private static String usualMessage(int status) {
        return switch (status) {
            case 401 ->
                "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid"
                        + " authentication credential.";
            case 402 -> "Your prepayment credits are depleted.";
            case 403 -> "The caller does not have permission";
            case 404 -> "Requested entity was not found.";
            case 429 -> "Resource has been exhausted (e.g. check quota).";
            case 499 -> "The operation was cancelled.";
            case 503 -> "The model is overloaded. Please try again later.";
            case 504 -> "Deadline expired before operation could complete.";
            default -> status >= 500 ? "An internal error has occurred." : "Request contains an invalid argument.";
        };
    }

    @Override
    public ProviderError rateLimited(int status, String code, String model, RateFacts rate, Duration wait) {
        boolean usual = code.isEmpty() || code.equals("rate_limit_exceeded");
        ProviderError error = error(status, usual ? "" : code, "");
        return wait.isZero() ? error : error.withRetryAfter(wait);
    }

    @Override
    public ProviderError unavailable() {
        return error(503, "", "");
    }

    @Override
    public ProviderError brokenInside() {
        return error(503, "", "");
    }

    @Override
    public ProviderError unreadableBody() {
        return ProviderError.of(400, INVALID, "Invalid JSON payload received. Unexpected token.");
    }

    @Override
    public ProviderError wrongMethod(String method, String path) {
        return ProviderError.of(404, "NOT_FOUND", "The requested URL was not found on this server.");
    }

    @Override
    public ProviderError missingCredential() {
        return onVertex
                ? error(401, "CREDENTIALS_MISSING", "")
                : ProviderError.of(403, "PERMISSION_DENIED", "Method doesn't allow unregistered callers (callers without"
                        + " established identity). Please use API Key or other form of API consumer identity to call this API.");
    }

    @Override
    public ProviderError wrongCredential() {
        return onVertex
                ? error(401, "ACCESS_TOKEN_EXPIRED", "")
                : ProviderError.of(400, INVALID, "API_KEY_INVALID", "API key not valid. Please pass a valid API key.");
    }

    @Override
    public ProviderError unknownModel(String model) {
        return ProviderError.of(404, "NOT_FOUND", "models/" + model
                + " is not found for API version v1beta, or is not supported for generateContent.");
    }

    @Override
    public ProviderError windowExceeded(int promptTokens, int completionTokens, int window) {
        return ProviderError.of(400, INVALID, "The input token count (" + (promptTokens + (long) completionTokens)
                + ") exceeds the maximum number of tokens allowed (" + window + ").");
    }
}
