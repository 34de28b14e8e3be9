package io.spillway.simulator.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.simulator.wire.HttpRequest;
import io.spillway.simulator.wire.ResponseHead;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Mistral. Its real path is OpenAI's, so here it has a folder of its own: the endpoint is {@code .../mistral/v1}. */
final class MistralDialect implements Dialect {

    private static final String INVALID_REQUEST = "invalid_request_error";
    private static final int UNPROCESSABLE = 422;

    private final OpenAiDialect openAi = new OpenAiDialect();

    @Override
    public boolean serves(String path) {
        return path.equals("/mistral/v1/chat/completions");
    }

    @Override
    public String model(HttpRequest request, JsonNode body) {
        return openAi.model(request, body);
    }

    @Override
    public Reading read(HttpRequest request, JsonNode body) {
        Optional<ProviderError> problem = MistralRules.problem(body);
        return problem.isPresent() ? new Reading.Refused(problem.get()) : openAi.read(request, body);
    }

    @Override
    public Optional<String> credential(HttpRequest request) {
        return openAi.credential(request);
    }

    @Override
    public JsonNode completion(ChatCall call, Answer answer, Answer.Shape shape, CallFacts facts) {
        ObjectNode body = (ObjectNode) openAi.completion(call, answer, shape, facts);
        body.put("id", facts.token()).put("model", call.model());
        body.remove(List.of("service_tier", "system_fingerprint"));
        if (body.path("usage") instanceof ObjectNode usage) {
            usage.remove(List.of("prompt_tokens_details", "completion_tokens_details"));
        }
        for (JsonNode choice : body.path("choices")) {
            ((ObjectNode) choice).remove("logprobs");
            ObjectNode message = (ObjectNode) choice.path("message");
            message.remove(List.of("refusal", "annotations"));
            message.put("prefix", false);
            message.path("tool_calls").forEach(toolCall -> ((ObjectNode) toolCall).put("id", facts.token().substring(0, 9)));
            if (message.path("content").isNull()) {
                message.put("content", "");
            }
        }
        return body;
    }

    @Override
    public List<byte[]> stream(ChatCall call, Answer answer, Answer.Shape shape, CallFacts facts) {
        // It reports usage without being asked.
        ChatCall counted = new ChatCall(call.model(), call.messages(), call.promptChars(), call.promptHash(), call.lastUserText(),
                call.maxTokens(), call.choices(), call.stream(), true, call.tools(), call.forcedTool(), call.json());
        return openAi.stream(counted, answer, shape, facts);
    }

    /** No wrapper; fields that are none come back as a list of details. */
    @Override
    public JsonNode errorBody(ProviderError error, CallFacts facts) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        if (error.status() == UNPROCESSABLE) {
            body.putArray("detail").addObject().put("type", error.type()).put("msg", error.message()).putArray("loc").add("body")
                    .add(error.param().orElse("model"));
            return body;
        }
        if (error.status() == 401) {
            return body.put("detail", "Unauthorized");
        }
        return body.put("object", "error").put("message", error.message()).put("type", error.type()).putNull("param").put("code",
                error.code().orElse(null));
    }

    @Override
    public void addHeaders(ResponseHead head, CallFacts facts, RateFacts rate) {
        head.add("mistral-correlation-id", facts.token()).add("x-ratelimit-limit-req-minute", rate.limitRequests())
                .add("x-ratelimit-remaining-req-minute", rate.remainingRequests());
    }

    @Override
    public void addRetryAfter(ResponseHead head, Duration wait) {
        head.add("retry-after", (wait.toMillis() + 999) / 1000);
    }

    @Override
    public ProviderError error(int status, String code, String message) {
        ProviderError usual = openAi.error(status, code, message);
        String type = switch (status) {
            case 401 -> "authentication_error";
            case 429 -> "rate_limited";
            default -> status >= 500 ? "server_error" : INVALID_REQUEST;
        };
        return new ProviderError(status, type, usual.code(), Optional.empty(), usual.message());
    }

    @Override
    public ProviderError rateLimited(int status, String code, String model, RateFacts rate, Duration wait) {
        return ProviderError.of(status, "rate_limited", code.isEmpty() ? "1300" : code, "Rate limit exceeded");
    }

    @Override
    public ProviderError unavailable() {
        return ProviderError.of(503, "server_error", "Service unavailable.");
    }

    @Override
    public ProviderError brokenInside() {
        return ProviderError.of(500, "server_error", "Internal server error");
    }

    @Override
    public ProviderError unreadableBody() {
        return ProviderError.of(UNPROCESSABLE, "json_invalid", "JSON decode error");
    }

    @Override
    public ProviderError wrongMethod(String method, String path) {
        return ProviderError.of(405, INVALID_REQUEST, "Method Not Allowed");
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
        return ProviderError.of(400, "invalid_model", "1500", "Invalid model: " + model);
    }

    @Override
    public ProviderError windowExceeded(int promptTokens, int completionTokens, int window) {
        return ProviderError.of(400, INVALID_REQUEST, "3051", "Prompt contains " + (promptTokens + (long) completionTokens)
                + " tokens, too large for model with " + window + " maximum context length");
    }
}
