package io.spillway.worker.provider.bedrock;

import java.util.List;

import io.spillway.v1.FailureKind;
import io.spillway.worker.provider.ProviderAdapterContract.ErrorCase;

/** Answers and errors as Bedrock writes them. */
final class BedrockErrorCases {

    static final String USAGE = "{\"inputTokens\":30,\"outputTokens\":40,\"totalTokens\":140,\"cacheReadInputTokens\":60,"
            + "\"cacheWriteInputTokens\":10,\"cacheDetails\":[{\"ttl\":\"5m\",\"inputTokens\":10}]}";

    private BedrockErrorCases() {}

    static String answer(String content, String stopReason, String usage) {
        return "{\"metrics\":{\"latencyMs\":551},\"output\":{\"message\":{\"content\":[" + content
                + "],\"role\":\"assistant\"}},\"stopReason\":\"" + stopReason + "\",\"usage\":" + usage + "}";
    }

    /** With the type in the body, as some layers in front write it. */
    static String error(String type, String message) {
        return "{\"__type\":\"" + type + "\",\"message\":\"" + message + "\"}";
    }

    static String ofModel(String type, String message, int originalStatus) {
        return "{\"__type\":\"" + type + "\",\"message\":\"" + message + "\",\"originalStatusCode\":" + originalStatus
                + ",\"resourceName\":\"arn:aws:bedrock:eu-central-1::foundation-model/x\"}";
    }

    static List<ErrorCase> all() {
        String validation = "ValidationException";
        return List.of(
                new ErrorCase("throttled", 429,
                        error("ThrottlingException", "Too many requests, please wait before trying again."),
                        FailureKind.RATE_LIMITED),
                new ErrorCase("throttled tokens", 429,
                        error("ThrottlingException", "Too many tokens, please wait before trying again."),
                        FailureKind.RATE_LIMITED),
                new ErrorCase("throttled, no type", 429, "{\"message\":\"Too many tokens, please wait before trying again.\"}",
                        FailureKind.RATE_LIMITED),
                new ErrorCase("throttled with 400", 400, error("ThrottlingException", "Rate exceeded"), FailureKind.RATE_LIMITED),
                new ErrorCase("quota", 400, error("ServiceQuotaExceededException", "The account has used up its quota"),
                        FailureKind.QUOTA_EXHAUSTED),
                new ErrorCase("quota of a rate", 400,
                        error("ServiceQuotaExceededException", "Too many requests for this quota"), FailureKind.RATE_LIMITED),
                new ErrorCase("cold model", 429,
                        error("ModelNotReadyException", "The model is not ready for inference requests."),
                        FailureKind.OVERLOADED),
                new ErrorCase("no capacity", 503,
                        error("ServiceUnavailableException", "Bedrock is unable to process your request."),
                        FailureKind.OVERLOADED),
                new ErrorCase("slow model", 408, error("ModelTimeoutException", "Model has timed out in processing the request."),
                        FailureKind.SERVER_ERROR),
                new ErrorCase("model broke", 424,
                        ofModel("ModelErrorException", "The system encountered an unexpected error", 500),
                        FailureKind.SERVER_ERROR),
                new ErrorCase("model broke in a stream", 424, ofModel("ModelStreamErrorException", "x", 500),
                        FailureKind.SERVER_ERROR),
                new ErrorCase("model limits", 424, ofModel("ModelErrorException", "x", 429), FailureKind.RATE_LIMITED),
                new ErrorCase("model full", 424, ofModel("ModelErrorException", "x", 503), FailureKind.OVERLOADED),
                new ErrorCase("model's window", 424,
                        ofModel("ModelErrorException", "prompt is too long: 9 tokens > 8 maximum", 400),
                        FailureKind.CONTEXT_WINDOW_EXCEEDED),
                new ErrorCase("model refuses vaguely", 424, ofModel("ModelErrorException", "bad", 400), FailureKind.SERVER_ERROR),
                new ErrorCase("internal", 500, error("InternalServerException", "x"), FailureKind.SERVER_ERROR),
                new ErrorCase("key unknown", 403,
                        error("UnrecognizedClientException", "The security token included in the request is invalid."),
                        FailureKind.AUTHENTICATION_FAILED),
                new ErrorCase("token expired", 403,
                        error("com.amazon.coral.service#ExpiredTokenException",
                                "The security token included in the request is expired"),
                        FailureKind.AUTHENTICATION_FAILED),
                new ErrorCase("signature", 403,
                        error("InvalidSignatureException", "The request signature we calculated does not match"),
                        FailureKind.AUTHENTICATION_FAILED),
                new ErrorCase("signature with 400", 400, error("IncompleteSignature", "x"), FailureKind.AUTHENTICATION_FAILED),
                new ErrorCase("clock", 400, error("RequestExpired", "x"), FailureKind.AUTHENTICATION_FAILED),
                new ErrorCase("no token", 403, "{\"message\":\"Missing Authentication Token\"}",
                        FailureKind.AUTHENTICATION_FAILED),
                new ErrorCase("api key", 403,
                        "{\"Message\":\"Authentication failed: Please make sure your API Key is valid.\"}",
                        FailureKind.AUTHENTICATION_FAILED),
                new ErrorCase("denied", 403,
                        error("AccessDeniedException", "You don't have access to the model with the specified model ID."),
                        FailureKind.PERMISSION_DENIED),
                new ErrorCase("not entitled", 400, error(validation, "Operation not allowed"), FailureKind.PERMISSION_DENIED),
                new ErrorCase("model", 404, error("ResourceNotFoundException", "Model not found."), FailureKind.MODEL_NOT_FOUND),
                new ErrorCase("form", 404, error("FTUFormNotFilled", "x"), FailureKind.MODEL_NOT_FOUND),
                new ErrorCase("operation", 404,
                        "{\"Output\":{\"__type\":\"com.amazon.coral.service#UnknownOperationException\"},\"Version\":\"1.0\"}",
                        FailureKind.MODEL_NOT_FOUND),
                new ErrorCase("on demand", 400,
                        error(validation,
                                "Invocation of model ID anthropic.claude-x with on-demand throughput isn\u2019t supported."
                                        + " Retry your request with the ID or ARN of an inference profile that contains this model."),
                        FailureKind.MODEL_NOT_FOUND),
                new ErrorCase("identifier", 400, error(validation, "The provided model identifier is invalid."),
                        FailureKind.MODEL_NOT_FOUND),
                new ErrorCase("too long", 400, error(validation, "Input is too long for requested model."),
                        FailureKind.CONTEXT_WINDOW_EXCEEDED),
                new ErrorCase("too long, Claude", 400, error(validation,
                        "The model returned the following errors: prompt is too long: 200049 tokens > 200000 maximum"),
                        FailureKind.CONTEXT_WINDOW_EXCEEDED),
                new ErrorCase("too long, Nova", 400,
                        error(validation, "Input Tokens Exceeded: Number of input tokens exceeds maximum length."),
                        FailureKind.CONTEXT_WINDOW_EXCEEDED),
                new ErrorCase("too long, Titan", 400,
                        error(validation, "Too many input tokens. Max input tokens: 8192, request input token count: 9000"),
                        FailureKind.CONTEXT_WINDOW_EXCEEDED),
                new ErrorCase("filter", 400, error(validation, "Output blocked by content filtering policy"),
                        FailureKind.CONTENT_FILTERED),
                new ErrorCase("both", 400,
                        error(validation, "The model returned the following errors: `temperature` and `top_p` cannot both be "
                                + "specified for this model. Please use only one."),
                        FailureKind.UNSUPPORTED_PARAMETER, "inferenceConfig.topP"),
                new ErrorCase("temperature", 400,
                        error(validation, "The model returned the following errors: `temperature` is deprecated for this model."),
                        FailureKind.UNSUPPORTED_PARAMETER, "inferenceConfig.temperature"),
                new ErrorCase("field", 400,
                        error(validation,
                                "This model doesn't support the stopSequences field. Remove stopSequences and try again."),
                        FailureKind.UNSUPPORTED_PARAMETER, "inferenceConfig.stopSequences"),
                new ErrorCase("nested field", 400,
                        error(validation,
                                "This model doesn't support the toolConfig.toolChoice.any field. Remove it and try again."),
                        FailureKind.UNSUPPORTED_PARAMETER, "toolConfig.toolChoice"),
                new ErrorCase("guardrail field", 400,
                        error(validation, "This model doesn't support the guardrailConfig field. Remove it and try again."),
                        FailureKind.UNSUPPORTED_PARAMETER),
                new ErrorCase("model field", 400,
                        error(validation, "Malformed input request: #: extraneous key [top_k] is not permitted, please reformat"),
                        FailureKind.UNSUPPORTED_PARAMETER, "additionalModelRequestFields.top_k"),
                new ErrorCase("tools", 400, error(validation, "This model doesn't support tool use."),
                        FailureKind.UNSUPPORTED_PARAMETER),
                new ErrorCase("max tokens", 400,
                        error(validation,
                                "The maximum tokens you requested exceeds the model limit of 4096. Try again with a lower"),
                        FailureKind.UNSUPPORTED_PARAMETER, "inferenceConfig.maxTokens"),
                new ErrorCase("caching", 403,
                        error("AccessDeniedException",
                                "You invoked an unsupported model or your request did not allow prompt caching."),
                        FailureKind.UNSUPPORTED_PARAMETER, "cache_control"),
                new ErrorCase("prefill", 400,
                        error(validation,
                                "This model does not support assistant message prefill. The conversation must end with a "
                                        + "user message."),
                        FailureKind.UNSUPPORTED_PARAMETER),
                new ErrorCase("bad", 400, error(validation, "1 validation error detected: Value at 'messages' failed to satisfy"),
                        FailureKind.INVALID_REQUEST),
                new ErrorCase("unreadable", 400, error("SerializationException", "x"), FailureKind.INVALID_REQUEST),
                new ErrorCase("throttled under 200", 200, error("ThrottlingException", "x"), FailureKind.RATE_LIMITED),
                new ErrorCase("teapot", 418, "", FailureKind.UNKNOWN),
                new ErrorCase("bill", 402, "{\"message\":\"x\"}", FailureKind.QUOTA_EXHAUSTED),
                new ErrorCase("guardrail without text", 200,
                        answer("", "guardrail_intervened", "{\"inputTokens\":5,\"outputTokens\":0,\"totalTokens\":5}"),
                        FailureKind.CONTENT_FILTERED),
                new ErrorCase("model wrote nonsense", 200, answer("{\"text\":\"x\"}", "malformed_tool_use", USAGE),
                        FailureKind.SERVER_ERROR));
    }
}
