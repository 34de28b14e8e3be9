package io.spillway.worker.provider.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SplittableRandom;

import com.google.genai.Client;
import com.google.genai.ResponseStream;
import com.google.genai.types.GenerateContentConfig;
import com.google.genai.types.GenerateContentResponse;
import com.google.genai.types.HttpOptions;
import com.google.genai.types.HttpRetryOptions;
import io.spillway.contract.json.Json;
import io.spillway.v1.ChatResponse;
import io.spillway.worker.http.FaultServer;
import io.spillway.worker.provider.CallOutcome;
import io.spillway.worker.provider.Calls;
import io.spillway.worker.provider.HttpCall;
import io.spillway.worker.provider.Pieces;
import io.spillway.worker.provider.Replies;
import org.junit.jupiter.api.Test;

/** Google's own client asks for the streams that we ask for, and hears what our assembler hears. */
class GoogleSdkStreamTest {

    private static final String ANSWER = GeminiErrorCases.answer("{\"text\":\"Over the hills and far away\"}", "STOP",
            GeminiSurfaceContract.USAGE);

    @Test
    void shouldAskAndHearAsGooglesOwnClient() throws Exception {
        // Given
        GeminiStreamTest contract = new GeminiStreamTest();
        String stream = String.join("", contract.stream(Json.readObject(ANSWER), new SplittableRandom(4)));
        StringBuilder theirs = new StringBuilder();
        int completion = 0;
        String asked;

        // When
        try (FaultServer server = new FaultServer(FaultServer.answering(Replies.stream("text/event-stream", stream)))) {
            String base = server.uri().resolve("/").toString();
            HttpOptions options = HttpOptions.builder().baseUrl(base.substring(0, base.length() - 1))
                    .retryOptions(HttpRetryOptions.builder().attempts(1).build()).build();
            try (Client client = Client.builder().apiKey(Calls.CANARY_KEY).vertexAI(false).httpOptions(options).build();
                    ResponseStream<GenerateContentResponse> responses = client.models.generateContentStream(Calls.MODEL, "hi",
                            GenerateContentConfig.builder().build())) {
                for (GenerateContentResponse response : responses) {
                    theirs.append(response.text());
                    completion = response.usageMetadata().flatMap(usage -> usage.candidatesTokenCount()).orElse(0);
                }
            }
            asked = server.requests().getFirst();
        }

        // Then
        CallOutcome outcome = Pieces.feed(contract.assembler(), stream.getBytes(StandardCharsets.UTF_8), new SplittableRandom(1));
        ChatResponse ours = ((CallOutcome.Answered) outcome).response();
        HttpCall call = contract.adapter().toHttp(contract.call(Map.of("stream", "true")));
        assertThat(asked).startsWith("POST " + call.uri().getPath() + "?" + call.uri().getQuery() + " HTTP/1.1");
        assertThat(theirs.toString()).isEqualTo("Over the hills and far away")
                .isEqualTo(ours.getChoices().getFirst().getMessage().getContent());
        // Google counts thoughts beside.
        assertThat((long) completion).isEqualTo(ours.getUsage().getCompletionTokens() - ours.getUsage().getReasoningTokens());
    }
}
