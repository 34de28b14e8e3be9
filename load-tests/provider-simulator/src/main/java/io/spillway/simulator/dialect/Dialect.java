package io.spillway.simulator.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import io.spillway.simulator.wire.HttpRequest;
import io.spillway.simulator.wire.ResponseHead;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One API family on the wire. A new family is one more class here: it says which paths it serves, reads requests, and words
 * everything the API may answer. Stateless and safe for use by many threads.
 */
public sealed interface Dialect permits OpenAiDialect, AnthropicDialect, GeminiDialect, CohereDialect, OllamaDialect,
        MistralDialect, AzureDialect, BedrockDialect {

    /** All dialects a simulator speaks on its port. */
    static List<Dialect> all() {
        return List.of(new OpenAiDialect(), new AnthropicDialect(), GeminiDialect.withApiKey(), GeminiDialect.onVertex(),
                new CohereDialect(), new OllamaDialect(), new MistralDialect(), new AzureDialect(),
                new BedrockDialect());
    }

    /** Whether a chat request of this API is posted to the path. */
    boolean serves(String path);

    /** The model as the client named it; empty when it named none. */
    String model(HttpRequest request, JsonNode body);

    /** Checks headers and body as the real API does, apart from credentials and limits. */
    Reading read(HttpRequest request, JsonNode body);

    /** The credential of the request, in any form the API takes. */
    Optional<String> credential(HttpRequest request);

    /** The body of a complete, non-streamed answer. */
    JsonNode completion(ChatCall call, Answer answer, Answer.Shape shape, CallFacts facts);

    /** The Content-Type of a stream. */
    default String streamType() {
        return "text/event-stream; charset=utf-8";
    }

    /** What the API sends on a stream while nothing of the answer comes. */
    default byte[] signOfLife() {
        return ": keep-alive\n\n".getBytes(StandardCharsets.UTF_8);
    }

    /** An error reported in the middle of a stream, ready for the wire. */
    default byte[] streamError(JsonNode error) {
        return ("data: " + error + "\n\n").getBytes(StandardCharsets.UTF_8);
    }

    /** The same answer as a stream, in pieces that are ready for the wire. */
    List<byte[]> stream(ChatCall call, Answer answer, Answer.Shape shape, CallFacts facts);

    JsonNode errorBody(ProviderError error, CallFacts facts);

    /** Headers that only errors carry. */
    default void addErrorHeaders(ResponseHead head, ProviderError error) {}

    /** Headers every answer of the API carries. */
    void addHeaders(ResponseHead head, CallFacts facts, RateFacts rate);

    /** Headers that tell a limited client how long to wait. */
    void addRetryAfter(ResponseHead head, Duration wait);

    /** The error with the given status and code, typed and worded as the API does; an empty message asks for the usual one. */
    ProviderError error(int status, String code, String message);

    ProviderError rateLimited(int status, String code, String model, RateFacts rate, Duration wait);

    ProviderError unavailable();

    /** What the API puts into a 200 when it breaks half way. */
    ProviderError brokenInside();

    ProviderError unreadableBody();

    ProviderError wrongMethod(String method, String path);

    ProviderError missingCredential();

    ProviderError wrongCredential();

    ProviderError unknownModel(String model);

    /** The prompt, or prompt plus asked-for completion, does not fit into the window. */
    ProviderError windowExceeded(int promptTokens, int completionTokens, int window);
}
