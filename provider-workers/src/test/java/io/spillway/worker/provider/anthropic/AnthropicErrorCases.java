package io.spillway.worker.provider.anthropic;

import java.util.List;

import io.spillway.v1.FailureKind;
import io.spillway.worker.provider.ProviderAdapterContract.ErrorCase;

/** Answers and errors as the API writes them. */
final class AnthropicErrorCases {

    private AnthropicErrorCases() {}

    static String answer(String content, String stopReason, String usage) {
        return "{\"id\":\"msg_01\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"claude-x-20260801\",\"content\":["
                + content
                + "],\"stop_reason\":\"" + stopReason + "\",\"stop_sequence\":null,\"usage\":" + usage + "}";
    }

    static String error(String type, String message) {
        return "{\"type\":\"error\",\"error\":{\"type\":\"" + type + "\",\"message\":\"" + message
                + "\"},\"request_id\":\"req_1\"}";
    }

    static String detailed(String type, String errorCode) {
        return "{\"type\":\"error\",\"error\":{\"type\":\"" + type + "\",\"message\":\"x\",\"details\":{\"error_code\":\""
                + errorCode
                + "\"}},\"request_id\":\"req_1\"}";
    }

    static List<ErrorCase> all() {
        String invalid = "invalid_request_error";
        return List.of(
                new ErrorCase("rate", 429, error("rate_limit_error", "This would exceed the rate limit"),
                        FailureKind.RATE_LIMITED),
                new ErrorCase("ramp", 429, detailed("rate_limit_error", "ramp_limit_exceeded"), FailureKind.RATE_LIMITED),
                new ErrorCase("spend", 429, detailed("rate_limit_error", "enforced_spend_limit_reached"),
                        FailureKind.QUOTA_EXHAUSTED),
                new ErrorCase("contract", 429, detailed("rate_limit_error", "contract_spend_limit_reached"),
                        FailureKind.QUOTA_EXHAUSTED),
                new ErrorCase("billing", 402, error("billing_error", "x"), FailureKind.QUOTA_EXHAUSTED),
                new ErrorCase("linked", 402, detailed("billing_error", "linked_organization_unpaid"),
                        FailureKind.QUOTA_EXHAUSTED),
                new ErrorCase("credit", 400, error(invalid, "Your credit balance is too low to access the API."),
                        FailureKind.QUOTA_EXHAUSTED),
                new ErrorCase("workspace limit", 400, error(invalid, "You have reached your specified API usage limits."),
                        FailureKind.QUOTA_EXHAUSTED),
                new ErrorCase("hold", 400, detailed(invalid, "organization_on_hold"), FailureKind.PERMISSION_DENIED),
                new ErrorCase("cmek", 400, detailed(invalid, "cmek_key_disabled"), FailureKind.PERMISSION_DENIED),
                new ErrorCase("cmek blocked", 400, detailed(invalid, "cmek_key_network_blocked"), FailureKind.PERMISSION_DENIED),
                new ErrorCase("organization type", 400, detailed(invalid, "organization_type_not_supported"),
                        FailureKind.PERMISSION_DENIED),
                new ErrorCase("no parent", 400, detailed(invalid, "parent_organization_required"), FailureKind.PERMISSION_DENIED),
                new ErrorCase("slow upload", 400, detailed(invalid, "request_body_timeout"), FailureKind.SERVER_ERROR),
                new ErrorCase("cmek away", 503, detailed("api_error", "cmek_key_unreachable"), FailureKind.OVERLOADED),
                new ErrorCase("key", 401, error("authentication_error", "invalid x-api-key"), FailureKind.AUTHENTICATION_FAILED),
                new ErrorCase("permission", 403, error("permission_error", "x"), FailureKind.PERMISSION_DENIED),
                new ErrorCase("model", 404, error("not_found_error", "model: claude-x"), FailureKind.MODEL_NOT_FOUND),
                new ErrorCase("long prompt", 400, error(invalid, "prompt is too long: 210000 tokens > 200000 maximum"),
                        FailureKind.CONTEXT_WINDOW_EXCEEDED),
                new ErrorCase("long answer", 400,
                        error(invalid, "input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000"),
                        FailureKind.CONTEXT_WINDOW_EXCEEDED),
                new ErrorCase("filter", 400, error(invalid, "Output blocked by content filtering policy"),
                        FailureKind.CONTENT_FILTERED),
                new ErrorCase("temperature", 400, error(invalid, "`temperature` is not supported for this model"),
                        FailureKind.UNSUPPORTED_PARAMETER, "temperature"),
                new ErrorCase("both", 400, error(invalid, "`temperature` and `top_p` cannot both be specified for this model."),
                        FailureKind.UNSUPPORTED_PARAMETER, "top_p"),
                new ErrorCase("extra", 400, error(invalid, "top_k: Extra inputs are not permitted"),
                        FailureKind.UNSUPPORTED_PARAMETER, "top_k"),
                new ErrorCase("effort", 400, error(invalid, "output_config.effort: not supported for this model"),
                        FailureKind.UNSUPPORTED_PARAMETER, "output_config.effort"),
                new ErrorCase("prefill", 400, error(invalid, "This model does not support assistant message prefill."),
                        FailureKind.UNSUPPORTED_PARAMETER),
                new ErrorCase("bad", 400, error(invalid, "messages.0.content: Field required"), FailureKind.INVALID_REQUEST),
                new ErrorCase("bytes", 413, error("request_too_large", "Request exceeds the maximum size"),
                        FailureKind.INVALID_REQUEST),
                new ErrorCase("decoded", 413, detailed("request_too_large", "request_body_too_large_after_decoding"),
                        FailureKind.INVALID_REQUEST),
                new ErrorCase("internal", 500, error("api_error", "Internal server error"), FailureKind.SERVER_ERROR),
                new ErrorCase("timeout", 504, error("timeout_error", "x"), FailureKind.SERVER_ERROR),
                new ErrorCase("conflict", 409, error("conflict_error", "x"), FailureKind.SERVER_ERROR),
                new ErrorCase("overloaded", 529, error("overloaded_error", "Overloaded"), FailureKind.OVERLOADED),
                new ErrorCase("overloaded under 200", 200, error("overloaded_error", "Overloaded"), FailureKind.OVERLOADED),
                new ErrorCase("teapot", 418, "", FailureKind.UNKNOWN),
                new ErrorCase("refusal without text", 200, answer("", "refusal", "{\"input_tokens\":5,\"output_tokens\":1}"),
                        FailureKind.CONTENT_FILTERED));
    }
}
