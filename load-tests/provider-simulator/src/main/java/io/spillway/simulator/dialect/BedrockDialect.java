package io.spillway.simulator.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.spillway.simulator.wire.HttpRequest;
import io.spillway.simulator.wire.ResponseHead;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * AWS Bedrock Converse, in one piece and as an event stream. Calls come with an API key or signed; signatures made with the key of
 * AWS's own examples are verified.
 */
final class BedrockDialect implements Dialect {

    private static final Pattern PATHS = Pattern.compile("/model/([^/]+)/(converse|converse-stream)");
    private static final String VALIDATION = "ValidationException";
    private static final String ENDING = ":http://internal.amazon.com/coral/com.amazon.bedrock/";

    @Override
    public boolean serves(String path) {
        return PATHS.matcher(path).matches();
    }

    @Override
    public String model(HttpRequest request, JsonNode body) {
        Matcher matcher = PATHS.matcher(request.path());
        if (!matcher.matches()) {
            return "";
        }
        try {
            return URLDecoder.decode(matcher.group(1).replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return matcher.group(1);
        }
    }

    @Override
    public Reading read(HttpRequest request, JsonNode body) {
        Optional<String> unsigned = AwsSignature.in(request).flatMap(signature -> signature.problem(request));
        if (unsigned.isPresent()) {
            return new Reading.Refused(ProviderError.of(403, "InvalidSignatureException", unsigned.get()));
        }
        return BedrockRequest.read(model(request, body), request.path().endsWith("-stream"), body);
    }

    @Override
    public Optional<String> credential(HttpRequest request) {
        Optional<String> bearer = request.header("authorization").filter(value -> value.regionMatches(true, 0, "Bearer ", 0, 7))
                .map(value -> value.substring(7).strip());
        return bearer.or(() -> AwsSignature.in(request).map(AwsSignature::keyId));
    }

    @Override
    public JsonNode completion(ChatCall call, Answer answer, Answer.Shape shape, CallFacts facts) {
        return BedrockAnswer.completion(answer, shape, facts);
    }

    @Override
    public List<byte[]> stream(ChatCall call, Answer answer, Answer.Shape shape, CallFacts facts) {
        return BedrockAnswer.stream(answer, shape, facts);
    }

    @Override
    public String streamType() {
        return "application/vnd.amazon.eventstream";
    }

    /** Bedrock has none; a piece of no text comes closest. */
    @Override
    public byte[] signOfLife() {
        return BedrockAnswer.nothing();
    }

    @Override
    public byte[] streamError(JsonNode error) {
        return BedrockAnswer.exception(brokenInside().type(), error);
    }

    @Override
    public JsonNode errorBody(ProviderError error, CallFacts facts) {
        return JsonNodeFactory.instance.objectNode().put("message", error.message());
    }

    /** No rate limits in headers, and no request id but its own. */
    @Override
    public void addHeaders(ResponseHead head, CallFacts facts, RateFacts rate) {
        head.add("x-amzn-RequestId", facts.token());
    }

    @Override
    public void addErrorHeaders(ResponseHead head, ProviderError error) {
        head.add("x-amzn-ErrorType", error.type() + ENDING);
    }

    /** Bedrock never says how long to wait. */
    @Override
    public void addRetryAfter(ResponseHead head, Duration wait) {}

    @Override
    public ProviderError error(int status, String code, String message) {
        return ProviderError.of(status, code.isEmpty() ? type(status) : code, message.isEmpty() ? usualMessage(status) : message);
    }

    private static String type(int status) {
        return switch (status) {
            case 400 -> VALIDATION;
            case 401, 403 -> "AccessDeniedException";
            case 404 -> "ResourceNotFoundException";
            case 408 -> "ModelTimeoutException";
            case 424 -> "ModelErrorException";
            case 429 -> "ThrottlingException";
            case 503 -> "ServiceUnavailableException";
            default -> status >= 500 ? "InternalServerException" : VALIDATION;
        };
    }

    private static String usualMessage(int status) {
        return switch (status) {
            case 401, 403 -> "You don't have access to the model with the specified model ID.";
            case 404 -> "The model could not be found.";
            case 408 -> "Model has timed out in processing the request. Try your request again.";
            case 424 -> "The model returned the following errors: unexpected error";
            case 429 -> "Too many requests, please wait before trying again.";
            case 503 -> "Bedrock is unable to process your request.";
            default -> status >= 500
                    ? "The system encountered an unexpected error during processing. Try your request again."
                    : "1 validation error detected.";
        };
    }

    @Override
    public ProviderError rateLimited(int status, String code, String model, RateFacts rate, Duration wait) {
        return error(status, code.equals("rate_limit_exceeded") ? "" : code, "");
    }

    @Override
    public ProviderError unavailable() {
        return error(503, "", "");
    }

    @Override
    public ProviderError brokenInside() {
        return ProviderError.of(424, "ModelStreamErrorException", "The model stream broke off.");
    }

    @Override
    public ProviderError unreadableBody() {
        return ProviderError.of(400, "SerializationException", "The body is no JSON object.");
    }

    @Override
    public ProviderError wrongMethod(String method, String path) {
        return ProviderError.of(404, "UnknownOperationException", "");
    }

    @Override
    public ProviderError missingCredential() {
        return ProviderError.of(403, "MissingAuthenticationTokenException", "Missing Authentication Token");
    }

    @Override
    public ProviderError wrongCredential() {
        return ProviderError.of(403, "UnrecognizedClientException", "The security token included in the request is invalid.");
    }

    @Override
    public ProviderError unknownModel(String model) {
        return ProviderError.of(400, VALIDATION, "The provided model identifier is invalid.");
    }

    @Override
    public ProviderError windowExceeded(int promptTokens, int completionTokens, int window) {
        return ProviderError.of(400, VALIDATION, completionTokens == 0
                ? "Input is too long for requested model."
                : "The model returned the following errors: input length and `max_tokens` exceed context limit: " + promptTokens
                        + " + " + completionTokens + " > " + window + ", decrease input length or `max_tokens` and try again");
    }
}
