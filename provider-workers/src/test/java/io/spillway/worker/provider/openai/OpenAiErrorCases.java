package io.spillway.worker.provider.openai;

import java.util.ArrayList;
import java.util.List;

import io.spillway.v1.FailureKind;
import io.spillway.worker.provider.ProviderAdapterContract.ErrorCase;

/** Answers and errors as servers of the dialect write them. */
final class OpenAiErrorCases {

    private OpenAiErrorCases() {}

    /** OpenAI's own shape. {@code code} is raw JSON. */
    static String openAi(String type, String code, String param, String message) {
        return "{\"error\":{\"message\":\"" + message + "\",\"type\":\"" + type + "\",\"param\":"
                + (param.isEmpty() ? "null" : "\"" + param + "\"")
                + ",\"code\":" + code + "}}";
    }

    static String openAi(String type, String code, String message) {
        return openAi(type, code, "", message);
    }

    /** Mistral and older vLLM: no wrapper. */
    static String bare(String type, String code, String message) {
        return "{\"object\":\"error\",\"message\":\"" + message + "\",\"type\":\"" + type + "\",\"param\":null,\"code\":" + code
                + "}";
    }

    /** OpenRouter with the upstream's error inside. */
    static String openRouter(int code, String raw) {
        return "{\"error\":{\"code\":" + code
                + ",\"message\":\"Provider returned error\",\"metadata\":{\"provider_name\":\"X\",\"raw\":" + raw
                + "}},\"user_id\":\"u\"}";
    }

    static List<ErrorCase> all() {
        List<ErrorCase> cases = new ArrayList<>(openAiErrors());
        cases.addAll(compatibleErrors());
        cases.addAll(aggregatorErrors());
        return cases;
    }

    static String answer(String message, String finishReason, String usage) {
        return "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion\",\"created\":1790000000,\"model\":\"model-x-2026-10-01\",\"choices\":"
                + "[{\"index\":0,\"message\":{\"role\":\"assistant\"," + message
                + ",\"refusal\":null,\"annotations\":[]},\"logprobs\":null,"
                + "\"finish_reason\":\"" + finishReason + "\"}]" + usage
                + ",\"service_tier\":\"default\",\"system_fingerprint\":null}";
    }

    static final String USAGE = ",\"usage\":{\"prompt_tokens\":100,\"completion_tokens\":40,\"total_tokens\":140,"
            + "\"prompt_tokens_details\":{\"cached_tokens\":60,\"cache_write_tokens\":10},\"completion_tokens_details\":{\"reasoning_tokens\":5}}";

    private static List<ErrorCase> openAiErrors() {
        String invalid = "invalid_request_error";
        return List.of(
                new ErrorCase("rate", 429, openAi("requests", "\"rate_limit_exceeded\"", "Rate limit reached"),
                        FailureKind.RATE_LIMITED),
                new ErrorCase("tpm", 429, openAi("tokens", "\"rate_limit_exceeded\"",
                        "Request too large for m on tokens per min (TPM): Limit 30000, Requested 10000."),
                        FailureKind.RATE_LIMITED),
                new ErrorCase("above tpm", 429, openAi("tokens", "\"rate_limit_exceeded\"",
                        "Request too large for m on tokens per min (TPM): Limit 30,000, Requested 40,000."),
                        FailureKind.CONTEXT_WINDOW_EXCEEDED),
                new ErrorCase("slow down", 429, openAi("server_error", "\"slow_down\"", "Slow down"), FailureKind.OVERLOADED),
                new ErrorCase("quota", 429,
                        openAi("insufficient_quota", "\"insufficient_quota\"", "You exceeded your current quota"),
                        FailureKind.QUOTA_EXHAUSTED),
                new ErrorCase("spend", 429, openAi("insufficient_quota", "\"project_spend_limit_exceeded\"", "x"),
                        FailureKind.QUOTA_EXHAUSTED),
                new ErrorCase("quota type", 429, openAi("insufficient_quota", "null", "x"), FailureKind.QUOTA_EXHAUSTED),
                new ErrorCase("hard limit", 429, openAi(invalid, "\"billing_hard_limit_reached\"", "x"),
                        FailureKind.QUOTA_EXHAUSTED),
                new ErrorCase("key", 401, openAi(invalid, "\"invalid_api_key\"", "Incorrect API key provided"),
                        FailureKind.AUTHENTICATION_FAILED),
                new ErrorCase("region", 403, openAi("request_forbidden", "\"unsupported_country_region_territory\"", "x"),
                        FailureKind.PERMISSION_DENIED),
                new ErrorCase("model", 404, openAi(invalid, "\"model_not_found\"", "The model does not exist"),
                        FailureKind.MODEL_NOT_FOUND),
                new ErrorCase("context", 400,
                        openAi(invalid, "\"context_length_exceeded\"", "messages", "This model's maximum context length"),
                        FailureKind.CONTEXT_WINDOW_EXCEEDED),
                new ErrorCase("window", 400, openAi(invalid, "null", "Your input exceeds the context window of this model."),
                        FailureKind.CONTEXT_WINDOW_EXCEEDED),
                new ErrorCase("parameter", 400,
                        openAi(invalid, "\"unsupported_parameter\"", "max_tokens", "Unsupported parameter"),
                        FailureKind.UNSUPPORTED_PARAMETER, "max_tokens"),
                new ErrorCase("value", 400,
                        openAi(invalid, "\"unsupported_value\"", "Unsupported value: 'temperature' does not support 0.2"),
                        FailureKind.UNSUPPORTED_PARAMETER, "temperature"),
                new ErrorCase("role", 400, openAi(invalid, "\"unsupported_value\"", "messages[0].role", "x"),
                        FailureKind.UNSUPPORTED_PARAMETER),
                new ErrorCase("unknown", 400, openAi(invalid, "null", "Unrecognized request argument supplied: usage"),
                        FailureKind.UNSUPPORTED_PARAMETER),
                new ErrorCase("tools+effort", 400, openAi(invalid, "null", "reasoning_effort",
                        "Function tools with reasoning_effort are not supported for m in /v1/chat/completions."),
                        FailureKind.UNSUPPORTED_PARAMETER, "reasoning_effort"),
                new ErrorCase("policy", 400, openAi(invalid, "\"content_policy_violation\"", "x"), FailureKind.CONTENT_FILTERED),
                new ErrorCase("bad request", 400, openAi(invalid, "null", "messages[0].content", "Invalid type"),
                        FailureKind.INVALID_REQUEST),
                new ErrorCase("too large", 413, openAi(invalid, "null", "Too large"), FailureKind.INVALID_REQUEST),
                new ErrorCase("server", 500, openAi("server_error", "\"server_error\"", "The server had an error"),
                        FailureKind.SERVER_ERROR),
                new ErrorCase("overloaded", 503, openAi("service_unavailable_error", "\"server_is_overloaded\"", "x"),
                        FailureKind.OVERLOADED),
                new ErrorCase("conflict", 409, openAi(invalid, "null", "x"), FailureKind.SERVER_ERROR),
                new ErrorCase("teapot", 418, openAi("x", "null", "x"), FailureKind.UNKNOWN),
                new ErrorCase("redirect", 302, "", FailureKind.UNKNOWN));
    }

    private static List<ErrorCase> compatibleErrors() {
        return List.of(
                new ErrorCase("azure prompt filter", 400,
                        "{\"error\":{\"message\":\"The response was filtered\",\"type\":null,\"param\":\"prompt\","
                                + "\"code\":\"content_filter\",\"status\":400,\"innererror\":{\"code\":\"ResponsibleAIPolicyViolation\","
                                + "\"content_filter_result\":{\"hate\":{\"filtered\":true,\"severity\":\"high\"}}}}}",
                        FailureKind.CONTENT_FILTERED),
                new ErrorCase("azure demand", 429, openAi("", "\"429\"", "System is experiencing high demand"),
                        FailureKind.OVERLOADED),
                new ErrorCase("azure rate", 429, openAi("", "\"RateLimitReached\"", "Requests to x have been limited"),
                        FailureKind.RATE_LIMITED),
                new ErrorCase("azure deployment", 404, openAi("", "\"DeploymentNotFound\"", "x"), FailureKind.MODEL_NOT_FOUND),
                new ErrorCase("azure apim", 401, "{\"statusCode\":401,\"message\":\"Access denied\"}",
                        FailureKind.AUTHENTICATION_FAILED),
                new ErrorCase("vllm context", 400,
                        openAi("BadRequestError", "400", "This model's maximum context length is 4096 tokens"),
                        FailureKind.CONTEXT_WINDOW_EXCEEDED),
                new ErrorCase("vllm old", 400, bare("BadRequestError", "400", "maximum context length is 4096 tokens"),
                        FailureKind.CONTEXT_WINDOW_EXCEEDED),
                new ErrorCase("vllm model", 404, bare("NotFoundError", "404", "The model `x` does not exist."),
                        FailureKind.MODEL_NOT_FOUND),
                new ErrorCase("vllm dead", 500, bare("InternalServerError", "500", "EngineDeadError"), FailureKind.SERVER_ERROR),
                new ErrorCase("mistral context", 400, bare("invalid_request_error", "\"3051\"", "Prompt contains too many"),
                        FailureKind.CONTEXT_WINDOW_EXCEEDED),
                new ErrorCase("mistral capacity", 429, bare("service_tier_capacity_exceeded", "\"3505\"", "x"),
                        FailureKind.OVERLOADED),
                new ErrorCase("mistral rate", 429, bare("rate_limited", "\"1300\"", "Rate limit exceeded"),
                        FailureKind.RATE_LIMITED),
                new ErrorCase("mistral 422", 422,
                        "{\"detail\":[{\"loc\":[\"body\",\"seed\"],\"msg\":\"Extra inputs are not permitted\",\"type\":\"extra_forbidden\"}]}",
                        FailureKind.UNSUPPORTED_PARAMETER, "seed"),
                new ErrorCase("mistral 422 value", 422,
                        "{\"detail\":[{\"loc\":[\"body\",\"n\"],\"msg\":\"too big\",\"type\":\"less_than\"}]}",
                        FailureKind.INVALID_REQUEST),
                new ErrorCase("mistral 401", 401, "{\"detail\":\"Unauthorized\"}", FailureKind.AUTHENTICATION_FAILED),
                new ErrorCase("deepseek balance", 402,
                        openAi("unknown_error", "\"invalid_request_error\"", "Insufficient Balance"),
                        FailureKind.QUOTA_EXHAUSTED),
                new ErrorCase("deepseek content", 400, openAi("invalid_request_error", "null", "Content Exists Risk"),
                        FailureKind.CONTENT_FILTERED),
                new ErrorCase("deepseek model", 400, openAi("invalid_request_error", "null", "Model Not Exist"),
                        FailureKind.MODEL_NOT_FOUND),
                new ErrorCase("dashscope overdue", 400, openAi("Arrearage", "\"Arrearage\"", "x"), FailureKind.QUOTA_EXHAUSTED),
                new ErrorCase("dashscope content", 400, openAi("data_inspection_failed", "\"data_inspection_failed\"", "x"),
                        FailureKind.CONTENT_FILTERED),
                new ErrorCase("dashscope length", 400, openAi("invalid_request_error", "\"invalid_parameter_error\"",
                        "Range of input length should be [1, 6000]"), FailureKind.CONTEXT_WINDOW_EXCEEDED),
                new ErrorCase("gemini key", 400,
                        "[{\"error\":{\"code\":400,\"message\":\"API key not valid.\",\"status\":\"INVALID_ARGUMENT\"}}]",
                        FailureKind.AUTHENTICATION_FAILED),
                new ErrorCase("ollama model", 404, "{\"error\":\"model 'x' not found\"}", FailureKind.MODEL_NOT_FOUND),
                new ErrorCase("ollama busy", 503, "{\"error\":\"server busy, please try again\"}", FailureKind.OVERLOADED),
                new ErrorCase("cohere token", 498, "{\"message\":\"invalid token\"}", FailureKind.AUTHENTICATION_FAILED),
                new ErrorCase("bedrock throttle", 429, "{\"message\":\"Too many tokens, please wait before trying again.\"}",
                        FailureKind.RATE_LIMITED),
                new ErrorCase("cohere overflow", 400, "{\"message\":\"too many tokens: size limit exceeded by 2000\"}",
                        FailureKind.CONTEXT_WINDOW_EXCEEDED),
                new ErrorCase("llama.cpp", 500, openAi("x", "500", "the request exceeds the available context size"),
                        FailureKind.CONTEXT_WINDOW_EXCEEDED));
    }

    private static List<ErrorCase> aggregatorErrors() {
        return List.of(
                new ErrorCase("litellm context", 400, openAi("None", "\"400\"",
                        "litellm.ContextWindowExceededError: litellm.BadRequestError: too long"),
                        FailureKind.CONTEXT_WINDOW_EXCEEDED),
                new ErrorCase("litellm rate", 429, openAi("throttling_error", "\"429\"", "litellm.RateLimitError: x"),
                        FailureKind.RATE_LIMITED),
                new ErrorCase("litellm params", 400, openAi("None", "\"400\"",
                        "litellm.UnsupportedParamsError: x does not support parameters: ['seed']"),
                        FailureKind.UNSUPPORTED_PARAMETER, "seed"),
                new ErrorCase("litellm budget", 400, openAi("budget_exceeded", "\"400\"", "Budget has been exceeded!"),
                        FailureKind.QUOTA_EXHAUSTED),
                new ErrorCase("portkey guardrail", 446, "{\"error\":{\"message\":\"blocked\"},\"hook_results\":{}}",
                        FailureKind.CONTENT_FILTERED),
                new ErrorCase("openrouter credit", 402, openRouter(402, "null"), FailureKind.QUOTA_EXHAUSTED),
                new ErrorCase("openrouter in flight", 402, openAi("x", "402", "in_flight_budget_exhausted"),
                        FailureKind.RATE_LIMITED),
                new ErrorCase("openrouter moderation", 403,
                        "{\"error\":{\"code\":403,\"message\":\"x\",\"metadata\":{\"reasons\":[\"y\"],"
                                + "\"flagged_input\":\"z\"}}}",
                        FailureKind.CONTENT_FILTERED),
                new ErrorCase("openrouter raw json", 400,
                        openRouter(400,
                                "\"{\\\"error\\\":{\\\"code\\\":\\\"context_length_exceeded\\\",\\\"message\\\":\\\"x\\\"}}\""),
                        FailureKind.CONTEXT_WINDOW_EXCEEDED),
                new ErrorCase("openrouter raw text", 400, openRouter(400, "\"prompt is too long: 5 tokens > 4 maximum\""),
                        FailureKind.CONTEXT_WINDOW_EXCEEDED),
                new ErrorCase("openrouter raw anthropic", 502, openRouter(502,
                        "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}"),
                        FailureKind.OVERLOADED),
                // Under 200, once generation had begun.
                new ErrorCase("openrouter late rate", 200, openRouter(429, "null"), FailureKind.RATE_LIMITED),
                new ErrorCase("openrouter late choice", 200,
                        "{\"choices\":[{\"message\":{\"content\":\"\"},\"finish_reason\":\"error\",\"error\":"
                                + "{\"code\":429,\"message\":\"x\"}}]}",
                        FailureKind.RATE_LIMITED),
                new ErrorCase("bare error under 200", 200, bare("rate_limited", "\"1300\"", "x"), FailureKind.RATE_LIMITED),
                new ErrorCase("deepseek resources", 200, answer("\"content\":\"par\"", "insufficient_system_resource", USAGE),
                        FailureKind.OVERLOADED),
                new ErrorCase("mistral error finish", 200, answer("\"content\":\"par\"", "error", USAGE),
                        FailureKind.SERVER_ERROR),
                new ErrorCase("filtered without text", 200, answer("\"content\":null", "content_filter", USAGE),
                        FailureKind.CONTENT_FILTERED));
    }
}
