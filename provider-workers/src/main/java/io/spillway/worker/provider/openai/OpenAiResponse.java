package io.spillway.worker.provider.openai;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.contract.json.ChatResponseJson;
import io.spillway.contract.json.Json;
import io.spillway.contract.json.MalformedJsonException;
import io.spillway.v1.FailureKind;
import io.spillway.worker.provider.Answers;
import io.spillway.worker.provider.CallOutcome;
import io.spillway.worker.provider.ErrorBody;
import io.spillway.worker.provider.Failures;
import io.spillway.worker.provider.HttpAnswer;
import io.spillway.worker.provider.ProviderCall;

/** Reads what came with a 2xx status. */
final class OpenAiResponse {

    /** Finish reasons that say that there is no answer (DeepSeek, Mistral, OpenRouter, Ollama). */
    private static final Map<String, FailureKind> FAILED = Map.of("error", FailureKind.SERVER_ERROR,
            "insufficient_system_resource",
            FailureKind.OVERLOADED, "load", FailureKind.SERVER_ERROR, "unload", FailureKind.SERVER_ERROR);

    private OpenAiResponse() {}

    static CallOutcome read(ProviderCall call, HttpAnswer answer) {
        ObjectNode root;
        try {
            root = Json.readObject(withoutComments(answer.body()));
        } catch (MalformedJsonException e) {
            return Answers.malformed(answer.status());
        }
        return judge(call, answer, root);
    }

    /** Whether a finish reason says that there is no answer. */
    static boolean isFailure(String finishReason) {
        return FAILED.containsKey(finishReason);
    }

    /** Judges a completion that came in one piece or was rebuilt from a stream. */
    static CallOutcome judge(ProviderCall call, HttpAnswer answer, ObjectNode root) {
        if (ErrorBody.isError(root)) {
            return OpenAiErrors.underSuccess(call, answer, ErrorBody.of(root));
        }
        JsonNode choices = root.path("choices");
        for (JsonNode choice : choices) {
            if (ErrorBody.isError(choice)) {
                return OpenAiErrors.underSuccess(call, answer, ErrorBody.of(choice));
            }
            FailureKind failed = FAILED.get(choice.path("finish_reason").asText(""));
            if (failed != null) {
                return new CallOutcome.Failed(
                        Failures.answered(failed, answer.status(), choice.path("finish_reason").asText(""), Optional.empty()));
            }
            if (!choice.path("message").isObject()) {
                return Answers.malformed(answer.status());
            }
        }
        return choices.isArray()
                ? Answers.complete(call, ChatResponseJson.fromTree(root), answer.status())
                : Answers.malformed(answer.status());
    }

    /** DeepSeek and OpenRouter keep a waiting connection alive with blank lines and lines that begin with a colon. */
    private static byte[] withoutComments(byte[] body) {
        int start = 0;
        while (start < body.length) {
            byte first = body[start];
            if (first == ':') {
                while (start < body.length && body[start] != '\n') {
                    start++;
                }
            } else if (first == ' ' || first == '\n' || first == '\r' || first == '\t') {
                start++;
            } else {
                break;
            }
        }
        return Arrays.copyOfRange(body, start, body.length);
    }
}
