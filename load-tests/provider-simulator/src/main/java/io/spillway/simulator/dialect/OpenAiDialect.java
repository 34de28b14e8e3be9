package io.spillway.simulator.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.simulator.wire.HttpRequest;
import io.spillway.simulator.wire.ResponseHead;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** OpenAI chat completions. The wording of errors and the header names follow the public API as of 2026. */
final class OpenAiDialect implements Dialect {

    private static final String INVALID_REQUEST = "invalid_request_error";

    @Override
    public boolean serves(String path) {
        return path.equals("/v1/chat/completions");
    }

    @Override
    public String model(HttpRequest request, JsonNode body) {
        return body.path("model").asText("");
    }

    @Override
    public Reading read(HttpRequest request, JsonNode body) {
        return OpenAiRequest.read(body);
    }

    @Override
    public Optional<String> credential(HttpRequest request) {
        return request.header("authorization").filter(value -> value.regionMatches(true, 0, "Bearer ", 0, 7))
                .map(value -> value.substring(7).strip());
    }

    @Override
    public JsonNode completion(ChatCall call, Answer answer, Answer.Shape shape, CallFacts facts) {
        return OpenAiAnswer.completion(call, answer, shape, facts);
    }

    @Override
    public List<byte[]> stream(ChatCall call, Answer answer, Answer.Shape shape, CallFacts facts) {
        return OpenAiAnswer.stream(call, answer, shape, facts);
    }

    @Override
    public JsonNode errorBody(ProviderError error, CallFacts facts) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ObjectNode inner = body.putObject("error");
        inner.put("message", error.message());
        inner.put("type", error.type());
        inner.put("param", error.param().orElse(null));
        inner.put("code", error.code().orElse(null));
        return body;
    }

    @Override
    public void addHeaders(ResponseHead head, CallFacts facts, RateFacts rate) {
        head.add("x-request-id", "req_" + facts.token()).add("openai-organization", "org-simulated")
                .add("openai-processing-ms", facts.processing().toMillis()).add("openai-version", "2020-10-01")
                .add("x-ratelimit-limit-requests", rate.limitRequests()).add("x-ratelimit-limit-tokens", rate.limitTokens())
                .add("x-ratelimit-remaining-requests", rate.remainingRequests())
                .add("x-ratelimit-remaining-tokens", rate.remainingTokens())
                .add("x-ratelimit-reset-requests", duration(rate.resetRequests()))
                .add("x-ratelimit-reset-tokens", duration(rate.resetTokens()));
    }

    @Override
    public void addRetryAfter(ResponseHead head, Duration wait) {
        head.add("retry-after-ms", wait.toMillis()).add("retry-after", (wait.toMillis() + 999) / 1000);
    }

    /** OpenAI's own notation of a duration: {@code 120ms}, {@code 1s}, {@code 6m0s}, {@code 1h2m3s}. */
    static String duration(Duration duration) {
        long millis = duration.toMillis();
        if (millis < 1000) {
            return millis + "ms";
        }
        long hours = millis / 3_600_000;
        long minutes = millis / 60_000 % 60;
        long fraction = millis % 1000;
        String seconds = millis / 1000 % 60 + (fraction == 0 ? "s" : String.format(".%03ds", fraction));
        if (hours > 0) {
            return hours + "h" + minutes + "m" + seconds;
        }
        return minutes > 0 ? minutes + "m" + seconds : seconds;
    }

    @Override
    public ProviderError error(int status, String code, String message) {
        String type = switch (status) {
            case 429 -> switch (code) {
                case "insufficient_quota", "credit_balance_exhausted", "organization_spend_limit_exceeded",
                        "project_spend_limit_exceeded", "organization_usage_limit_exceeded", "billing_hard_limit_reached" ->
                    "insufficient_quota";
                default -> "requests";
            };
            case 503 -> "service_unavailable_error";
            default -> status >= 500 ? "server_error" : INVALID_REQUEST;
        };
        return new ProviderError(status, type, Optional.of(code).filter(text -> !text.isEmpty()), Optional.empty(),
                message.isEmpty() ? usualMessage(status, type) : message);
    }

    private static String usualMessage(int status, String type) {
        if (type.equals("insufficient_quota")) {
            return "You exceeded your current quota, please check your plan and billing details. For more information on this error,"
                    + " read the docs: https://platform.openai.com/docs/guides/error-codes/api-errors.";
        }
        return switch (status) {
            case 401 -> "Incorrect API key provided. You can find your API key at https://platform.openai.com/account/api-keys.";
            case 403 -> "Country, region, or territory not supported";
            case 404 -> "The model does not exist or you do not have access to it.";
            case 429 -> "Rate limit reached. Please try again later.";
            case 503 -> "The engine is currently overloaded, please try again later";
            default -> status >= 500
                    ? "The server had an error while processing your request. Sorry about that!"
                    : "Your request is not valid.";
        };
    }

    @Override
    public ProviderError rateLimited(int status, String code, String model, RateFacts rate, Duration wait) {
        String name = code.isEmpty() ? status == 503 ? "server_is_overloaded" : "rate_limit_exceeded" : code;
        boolean counted = name.equals("rate_limit_exceeded");
        return error(status, name, counted
                ? "Rate limit reached for " + model
                        + " in organization org-simulated on requests per min (RPM): Limit " + rate.limitRequests() + ", Used "
                        + rate.limitRequests() + ", Requested 1. Please try again in " + duration(wait)
                        + ". Visit https://platform.openai.com/account/rate-limits to learn more."
                : "");
    }

    @Override
    public ProviderError unavailable() {
        return error(503, "server_is_overloaded", "");
    }

    @Override
    public ProviderError brokenInside() {
        return error(500, "server_error", "");
    }

    @Override
    public ProviderError unreadableBody() {
        return ProviderError.of(400, INVALID_REQUEST,
                "We could not parse the JSON body of your request. (HINT: This likely means you"
                        + " aren't using your HTTP library correctly. The OpenAI API expects a JSON payload, but what was sent was not valid JSON.)");
    }

    @Override
    public ProviderError wrongMethod(String method, String path) {
        return ProviderError.of(405, INVALID_REQUEST, "method_not_supported", "Not allowed to " + method + " on " + path
                + ". (HINT: Perhaps you meant to use a different HTTP method?)");
    }

    @Override
    public ProviderError missingCredential() {
        return ProviderError.of(401, INVALID_REQUEST, "You didn't provide an API key. You need to provide your API key in an"
                + " Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).");
    }

    @Override
    public ProviderError wrongCredential() {
        return error(401, "invalid_api_key", "");
    }

    @Override
    public ProviderError unknownModel(String model) {
        return ProviderError.of(404, INVALID_REQUEST, "model_not_found",
                "The model `" + model + "` does not exist or you do not have access to it.");
    }

    @Override
    public ProviderError windowExceeded(int promptTokens, int completionTokens, int window) {
        String asked = completionTokens == 0
                ? "your messages resulted in " + promptTokens + " tokens. Please reduce the length of the"
                        + " messages."
                : "you requested " + (promptTokens + (long) completionTokens) + " tokens (" + promptTokens
                        + " in the messages, " + completionTokens
                        + " in the completion). Please reduce the length of the messages or completion.";
        return ProviderError.of(400, INVALID_REQUEST, "context_length_exceeded",
                "This model's maximum context length is " + window + " tokens. However, " + asked).about("messages");
    }
}
