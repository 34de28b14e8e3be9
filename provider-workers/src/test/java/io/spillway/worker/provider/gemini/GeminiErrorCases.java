package io.spillway.worker.provider.gemini;

import java.util.List;

import io.spillway.v1.FailureKind;
import io.spillway.worker.provider.ProviderAdapterContract.ErrorCase;

/** Answers and errors as the API writes them. */
final class GeminiErrorCases {

    private static final String TYPE = "type.googleapis.com/google.rpc.";

    private GeminiErrorCases() {}

    static String answer(String parts, String finishReason, String usage) {
        return "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[" + parts + "]},\"finishReason\":\"" + finishReason
                + "\",\"index\":0,\"safetyRatings\":[]}],\"usageMetadata\":" + usage
                + ",\"modelVersion\":\"gemini-x-001\",\"responseId\":\"resp1\"}";
    }

    static String error(int code, String status, String message) {
        return error(code, status, message, "");
    }

    static String reason(int code, String status, String reason) {
        return error(code, status, "x", "{\"@type\":\"" + TYPE + "ErrorInfo\",\"reason\":\"" + reason
                + "\",\"domain\":\"googleapis.com\"}");
    }

    static String quota(String quotaId, String value, String delay) {
        return error(429, "RESOURCE_EXHAUSTED", "You exceeded your current quota, please check your plan and billing details.",
                "{\"@type\":\"" + TYPE
                        + "QuotaFailure\",\"violations\":[{\"quotaMetric\":\"generativelanguage.googleapis.com/x\","
                        + "\"quotaId\":\"" + quotaId + "\",\"quotaValue\":\"" + value + "\"}]},{\"@type\":\"" + TYPE
                        + "RetryInfo\",\"retryDelay\":\"" + delay + "\"}");
    }

    private static String error(int code, String status, String message, String details) {
        return "{\"error\":{\"code\":" + code + ",\"message\":\"" + message + "\",\"status\":\"" + status + "\""
                + (details.isEmpty() ? "" : ",\"details\":[" + details + "]") + "}}";
    }

    static List<ErrorCase> all() {
        String invalid = "INVALID_ARGUMENT";
        String exhausted = "RESOURCE_EXHAUSTED";
        FailureKind unsupported = FailureKind.UNSUPPORTED_PARAMETER;
        return List.of(
                new ErrorCase("minute", 429, quota("GenerateRequestsPerMinutePerProjectPerModel", "60", "17s"),
                        FailureKind.RATE_LIMITED),
                new ErrorCase("day", 429, quota("GenerateRequestsPerDayPerProjectPerModel-FreeTier", "250", "31s"),
                        FailureKind.QUOTA_EXHAUSTED),
                new ErrorCase("no free tier", 429, quota("GenerateRequestsPerMinutePerProjectPerModel-FreeTier", "0", "1s"),
                        FailureKind.QUOTA_EXHAUSTED),
                new ErrorCase("spend", 429, error(429, exhausted, "You have reached your project spend limit."),
                        FailureKind.QUOTA_EXHAUSTED),
                new ErrorCase("shared capacity", 429, error(429, exhausted, "Resource exhausted. Please try again later."),
                        FailureKind.RATE_LIMITED),
                new ErrorCase("prepaid, older", 429, error(429, exhausted, "Your prepayment credits are depleted."),
                        FailureKind.QUOTA_EXHAUSTED),
                new ErrorCase("prepaid", 402, error(402, exhausted, "Your prepayment credits are depleted."),
                        FailureKind.QUOTA_EXHAUSTED),
                new ErrorCase("key", 400, reason(400, invalid, "API_KEY_INVALID"), FailureKind.AUTHENTICATION_FAILED),
                new ErrorCase("key, text", 400, error(400, invalid, "API key not valid. Please pass a valid API key."),
                        FailureKind.AUTHENTICATION_FAILED),
                new ErrorCase("token", 401, reason(401, "UNAUTHENTICATED", "ACCESS_TOKEN_EXPIRED"),
                        FailureKind.AUTHENTICATION_FAILED),
                new ErrorCase("token, bare", 401, error(401, "UNAUTHENTICATED", "x"), FailureKind.AUTHENTICATION_FAILED),
                new ErrorCase("api off", 403, reason(403, "PERMISSION_DENIED", "SERVICE_DISABLED"),
                        FailureKind.PERMISSION_DENIED),
                new ErrorCase("permission", 403, error(403, "PERMISSION_DENIED", "x"), FailureKind.PERMISSION_DENIED),
                new ErrorCase("blocked key", 403, reason(403, "PERMISSION_DENIED", "API_KEY_SERVICE_BLOCKED"),
                        FailureKind.PERMISSION_DENIED),
                new ErrorCase("caller's file", 403,
                        error(403, "PERMISSION_DENIED", "You do not have permission to access the File abc or it may not exist."),
                        FailureKind.INVALID_REQUEST),
                new ErrorCase("country", 400,
                        error(400, "FAILED_PRECONDITION", "User location is not supported for the API use."),
                        FailureKind.PERMISSION_DENIED),
                new ErrorCase("billing", 400, error(400, "FAILED_PRECONDITION", "Please enable billing on your project."),
                        FailureKind.PERMISSION_DENIED),
                new ErrorCase("model", 404,
                        error(404, "NOT_FOUND", "models/x is not found for API version v1beta, or is not supported"),
                        FailureKind.MODEL_NOT_FOUND),
                new ErrorCase("window", 400,
                        error(400, invalid,
                                "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576)."),
                        FailureKind.CONTEXT_WINDOW_EXCEEDED),
                new ErrorCase("level", 400, error(400, invalid, "Thinking level MINIMAL is not supported for this model."),
                        unsupported, "generationConfig.thinkingConfig"),
                new ErrorCase("candidates", 400, error(400, invalid, "Multiple candidates is not enabled for this model"),
                        unsupported, "generationConfig.candidateCount"),
                new ErrorCase("logprobs", 400, error(400, invalid, "Logprobs is not supported for the current model."),
                        unsupported,
                        "logprobs"),
                new ErrorCase("json and tools", 400,
                        error(400, invalid, "Function calling with a response mime type: 'application/json' is unsupported"),
                        unsupported, "response_format"),
                new ErrorCase("penalty", 400, error(400, invalid, "Penalty is not enabled for this model"), unsupported,
                        "penalties"),
                new ErrorCase("signature", 400,
                        error(400, invalid, "Function call is missing a thought_signature in functionCall parts."), unsupported,
                        "thoughtSignature"),
                new ErrorCase("signature of another", 400, error(400, invalid, "Corrupted thought signature."), unsupported,
                        "thoughtSignature"),
                new ErrorCase("unknown field", 400,
                        error(400, invalid,
                                "Invalid JSON payload received. Unknown name \\\"thinkingConfig\\\" at 'generation_config': Cannot find field."),
                        unsupported, "generationConfig.thinkingConfig"),
                new ErrorCase("image", 400, error(400, invalid, "Image input modality is not enabled for this model."),
                        unsupported),
                new ErrorCase("roles", 400, error(400, invalid, "Please use a valid role: user, model."),
                        FailureKind.INVALID_REQUEST),
                new ErrorCase("size", 413, error(413, invalid, "Request payload size exceeds the limit: 20971520 bytes."),
                        FailureKind.INVALID_REQUEST),
                new ErrorCase("cancelled", 499, error(499, "CANCELLED", "x"), FailureKind.SERVER_ERROR),
                new ErrorCase("internal", 500, error(500, "INTERNAL", "An internal error has occurred."),
                        FailureKind.SERVER_ERROR),
                new ErrorCase("overloaded", 503, error(503, "UNAVAILABLE", "The model is overloaded. Please try again later."),
                        FailureKind.OVERLOADED),
                new ErrorCase("deadline", 504, error(504, "DEADLINE_EXCEEDED", "x"), FailureKind.SERVER_ERROR),
                new ErrorCase("overloaded under 200", 200, error(503, "UNAVAILABLE", "x"), FailureKind.OVERLOADED),
                new ErrorCase("rate, as an array", 429, "[" + quota("PerMinute", "5", "2s") + "]", FailureKind.RATE_LIMITED),
                new ErrorCase("newer shape", 429, "{\"error\":{\"code\":\"rate_limit_exceeded\",\"message\":\"x\"}}",
                        FailureKind.RATE_LIMITED),
                new ErrorCase("teapot", 418, "", FailureKind.UNKNOWN),
                new ErrorCase("blocked prompt", 200,
                        "{\"promptFeedback\":{\"blockReason\":\"PROHIBITED_CONTENT\"},\"usageMetadata\":{\"promptTokenCount\":7}}",
                        FailureKind.CONTENT_FILTERED),
                new ErrorCase("blocked answer", 200,
                        "{\"candidates\":[{\"finishReason\":\"SAFETY\",\"index\":0}],\"usageMetadata\":{\"promptTokenCount\":7}}",
                        FailureKind.CONTENT_FILTERED),
                new ErrorCase("broken call", 200,
                        "{\"candidates\":[{\"content\":{},\"finishReason\":\"MALFORMED_FUNCTION_CALL\"}],\"usageMetadata\":{}}",
                        FailureKind.SERVER_ERROR));
    }
}
