package io.spillway.simulator.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.simulator.wire.HttpRequest;
import io.spillway.simulator.wire.ResponseHead;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Anthropic Messages, in both API versions (2023-06-01 and 2026-10-21) and with both ways to send a key. */
final class AnthropicDialect implements Dialect {

    private static final String INVALID_REQUEST = "invalid_request_error";
    private static final Set<String> TYPES = Set.of(INVALID_REQUEST, "authentication_error", "billing_error", "permission_error",
            "not_found_error", "conflict_error", "request_too_large", "rate_limit_error", "api_error", "timeout_error",
            "overloaded_error");

    @Override
    public boolean serves(String path) {
        return path.equals("/v1/messages");
    }

    @Override
    public String model(HttpRequest request, JsonNode body) {
        return body.path("model").asText("");
    }

    @Override
    public Reading read(HttpRequest request, JsonNode body) {
        return AnthropicRequest.read(request.header("anthropic-version"), body);
    }

    @Override
    public Optional<String> credential(HttpRequest request) {
        return request.header("x-api-key").or(() -> request.header("authorization")
                .filter(value -> value.regionMatches(true, 0, "Bearer ", 0, 7)).map(value -> value.substring(7).strip()));
    }

    @Override
    public JsonNode completion(ChatCall call, Answer answer, Answer.Shape shape, CallFacts facts) {
        return AnthropicAnswer.completion(call, answer, shape, facts);
    }

    @Override
    public List<byte[]> stream(ChatCall call, Answer answer, Answer.Shape shape, CallFacts facts) {
        return AnthropicAnswer.stream(call, answer, shape, facts);
    }

    @Override
    public byte[] signOfLife() {
        return "event: ping\ndata: {\"type\":\"ping\"}\n\n".getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] streamError(JsonNode error) {
        return ("event: error\ndata: " + error + "\n\n").getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public JsonNode errorBody(ProviderError error, CallFacts facts) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("type", "error");
        ObjectNode inner = body.putObject("error").put("type", error.type()).put("message", error.message());
        error.code().ifPresent(code -> inner.putObject("details").put("error_code", code));
        body.put("request_id", "req_01" + facts.token());
        return body;
    }

    @Override
    public void addHeaders(ResponseHead head, CallFacts facts, RateFacts rate) {
        head.add("request-id", "req_01" + facts.token()).add("anthropic-organization-id", "00000000-0000-4000-8000-000000000000");
        addLimit(head, "requests", rate.limitRequests(), rate.remainingRequests(), reset(facts, rate.resetRequests()));
        String tokenReset = reset(facts, rate.resetTokens());
        for (String kind : List.of("tokens", "input-tokens", "output-tokens")) {
            addLimit(head, kind, rate.limitTokens(), rate.remainingTokens(), tokenReset);
        }
    }

    private static void addLimit(ResponseHead head, String kind, long limit, long remaining, String reset) {
        String prefix = "anthropic-ratelimit-" + kind;
        head.add(prefix + "-limit", limit).add(prefix + "-remaining", remaining).add(prefix + "-reset", reset);
    }

    /** RFC 3339 in whole seconds, rounded up so that a client that waits until then has waited long enough. */
    private static String reset(CallFacts facts, Duration wait) {
        Instant at = facts.receivedAt().plus(wait);
        Instant whole = at.truncatedTo(ChronoUnit.SECONDS);
        return (whole.equals(at) ? whole : whole.plusSeconds(1)).toString();
    }

    @Override
    public void addRetryAfter(ResponseHead head, Duration wait) {
        head.add("retry-after", (wait.toMillis() + 999) / 1000);
    }

    @Override
    public ProviderError error(int status, String code, String message) {
        String type = TYPES.contains(code) ? code : switch (status) {
            case 401 -> "authentication_error";
            case 402 -> "billing_error";
            case 403 -> "permission_error";
            case 404 -> "not_found_error";
            case 408, 504 -> "timeout_error";
            case 409 -> "conflict_error";
            case 413 -> "request_too_large";
            case 429 -> "rate_limit_error";
            case 529 -> "overloaded_error";
            default -> status >= 500 ? "api_error" : INVALID_REQUEST;
        };
        return new ProviderError(status, type, Optional.of(code).filter(text -> !text.isEmpty() && !text.equals(type)),
                Optional.empty(), message.isEmpty() ? usualMessage(type) : message);
    }

    private static String usualMessage(String type) {
        return switch (type) {
            case "authentication_error" -> "invalid x-api-key";
            case "billing_error" -> "There is a problem with the billing of your organization.";
            case "permission_error" -> "Your API key does not have permission to use the specified resource.";
            case "not_found_error" -> "The requested resource could not be found.";
            case "request_too_large" -> "Request exceeds the maximum allowed number of bytes.";
            case "rate_limit_error" -> "This request would exceed your organization's rate limit. Please try again later.";
            case "timeout_error" -> "Request timed out.";
            case "overloaded_error" -> "Overloaded";
            case "api_error" -> "Internal server error";
            default -> "The request is not valid.";
        };
    }

    @Override
    public ProviderError rateLimited(int status, String code, String model, RateFacts rate, Duration wait) {
        boolean usual = code.isEmpty() || code.equals("rate_limit_exceeded");
        return error(status, usual ? "" : code,
                usual && status == 429
                        ? "This request would exceed your organization's rate limit of "
                                + rate.limitRequests() + " requests per minute (model: " + model + "). Please try again later."
                        : "");
    }

    @Override
    public ProviderError unavailable() {
        return error(503, "", "Service temporarily unavailable");
    }

    @Override
    public ProviderError brokenInside() {
        return error(529, "", "");
    }

    @Override
    public ProviderError unreadableBody() {
        return ProviderError.of(400, INVALID_REQUEST, "The request body is not valid JSON.");
    }

    @Override
    public ProviderError wrongMethod(String method, String path) {
        return ProviderError.of(405, INVALID_REQUEST, "Method Not Allowed");
    }

    @Override
    public ProviderError missingCredential() {
        return ProviderError.of(401, "authentication_error", "x-api-key header is required");
    }

    @Override
    public ProviderError wrongCredential() {
        return error(401, "", "");
    }

    @Override
    public ProviderError unknownModel(String model) {
        return ProviderError.of(404, "not_found_error", "model: " + model);
    }

    @Override
    public ProviderError windowExceeded(int promptTokens, int completionTokens, int window) {
        return ProviderError.of(400, INVALID_REQUEST, completionTokens == 0
                ? "prompt is too long: " + promptTokens + " tokens > " + window + " maximum"
                : "input length and `max_tokens` exceed context limit: " + promptTokens + " + " + completionTokens + " > "
                        + window
                        + ", decrease input length or `max_tokens` and try again");
    }
}
