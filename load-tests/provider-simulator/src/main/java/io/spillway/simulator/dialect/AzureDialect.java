package io.spillway.simulator.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.simulator.wire.HttpRequest;
import io.spillway.simulator.wire.ResponseHead;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Azure OpenAI: OpenAI's requests and answers at Azure's addresses, with content filter verdicts and Azure's errors. */
final class AzureDialect implements Dialect {

    private static final Pattern DATED = Pattern.compile("/openai/deployments/([^/]+)/chat/completions");
    private static final String V1 = "/openai/v1/chat/completions";
    private static final String VERSION = "api-version";

    private final OpenAiDialect openAi = new OpenAiDialect();

    @Override
    public boolean serves(String path) {
        return path.equals(V1) || DATED.matcher(path).matches();
    }

    @Override
    public String model(HttpRequest request, JsonNode body) {
        Matcher matcher = DATED.matcher(request.path());
        return matcher.matches() ? matcher.group(1) : openAi.model(request, body);
    }

    @Override
    public Reading read(HttpRequest request, JsonNode body) {
        if (request.path().equals(V1)) {
            return openAi.read(request, body);
        }
        if (request.queryParameter(VERSION).isEmpty()) {
            return new Reading.Refused(error(404, "404", "Resource not found"));
        }
        ObjectNode named = body.deepCopy();
        return openAi.read(request, named.put("model", model(request, body)));
    }

    @Override
    public Optional<String> credential(HttpRequest request) {
        return request.header("api-key").or(() -> openAi.credential(request));
    }

    @Override
    public JsonNode completion(ChatCall call, Answer answer, Answer.Shape shape, CallFacts facts) {
        JsonNode body = openAi.completion(call, answer, shape, facts);
        ((ObjectNode) body).putArray("prompt_filter_results").addObject().put("prompt_index", 0).set("content_filter_results",
                verdicts());
        body.path("choices").forEach(choice -> ((ObjectNode) choice).set("content_filter_results", verdicts()));
        return body;
    }

    private static ObjectNode verdicts() {
        ObjectNode verdicts = JsonNodeFactory.instance.objectNode();
        for (String category : List.of("hate", "self_harm", "sexual", "violence")) {
            verdicts.putObject(category).put("filtered", false).put("severity", "safe");
        }
        return verdicts;
    }

    @Override
    public List<byte[]> stream(ChatCall call, Answer answer, Answer.Shape shape, CallFacts facts) {
        return openAi.stream(call, answer, shape, facts);
    }

    /** A blocked prompt names the policy in an inner error. */
    @Override
    public JsonNode errorBody(ProviderError error, CallFacts facts) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ObjectNode inner = body.putObject("error");
        inner.put("code", error.code().orElse(Integer.toString(error.status()))).put("message", error.message());
        error.param().ifPresent(param -> inner.put("param", param).put("type", error.type()));
        if (error.code().filter("content_filter"::equals).isPresent()) {
            inner.put("status", error.status()).putObject("innererror").put("code", "ResponsibleAIPolicyViolation")
                    .putObject("content_filter_result").putObject("violence").put("filtered", true).put("severity", "high");
        }
        return body;
    }

    @Override
    public void addHeaders(ResponseHead head, CallFacts facts, RateFacts rate) {
        head.add("apim-request-id", facts.token()).add("x-ms-region", "Simulated Central")
                .add("x-ratelimit-limit-requests", rate.limitRequests()).add("x-ratelimit-limit-tokens", rate.limitTokens())
                .add("x-ratelimit-remaining-requests", rate.remainingRequests())
                .add("x-ratelimit-remaining-tokens", rate.remainingTokens());
    }

    @Override
    public void addRetryAfter(ResponseHead head, Duration wait) {
        openAi.addRetryAfter(head, wait);
    }

    @Override
    public ProviderError error(int status, String code, String message) {
        ProviderError error = openAi.error(status, code.isEmpty() ? Integer.toString(status) : code, message);
        boolean isOwn = message.isEmpty() && (status == 429 || status == 401 || status == 404);
        return isOwn ? ProviderError.of(status, error.type(), error.code().orElse(""), usualMessage(status)) : error;
    }

    private static String usualMessage(int status) {
        return switch (status) {
            case 401 -> "Access denied due to invalid subscription key or wrong API endpoint.";
            case 404 -> "Resource not found";
            default -> "Rate limit is exceeded. Try again later.";
        };
    }

    @Override
    public ProviderError rateLimited(int status, String code, String model, RateFacts rate, Duration wait) {
        return ProviderError.of(status, "", code.isEmpty() ? Integer.toString(status) : code, status == 503
                ? "The system is currently experiencing high demand and cannot process your request."
                : "Requests to the ChatCompletions_Create Operation under Azure OpenAI API have been limited. Please retry after "
                        + (wait.toMillis() + 999) / 1000 + " seconds.");
    }

    @Override
    public ProviderError unavailable() {
        return error(503, "", "");
    }

    @Override
    public ProviderError brokenInside() {
        return error(500, "InternalServerError", "");
    }

    @Override
    public ProviderError unreadableBody() {
        return openAi.unreadableBody();
    }

    @Override
    public ProviderError wrongMethod(String method, String path) {
        return error(404, "404", "Resource not found");
    }

    @Override
    public ProviderError missingCredential() {
        return error(401, "", "");
    }

    @Override
    public ProviderError wrongCredential() {
        return error(401, "", "");
    }

    @Override
    public ProviderError unknownModel(String model) {
        return ProviderError.of(404, "", "DeploymentNotFound", "The API deployment for this resource does not exist. If you"
                + " created the deployment within the last 5 minutes, please wait a moment and try again.");
    }

    @Override
    public ProviderError windowExceeded(int promptTokens, int completionTokens, int window) {
        return openAi.windowExceeded(promptTokens, completionTokens, window);
    }
}
