package io.spillway.worker.provider.gemini;

import java.util.Optional;

import io.spillway.worker.provider.AnswerAssembler;
import io.spillway.worker.provider.CallOutcome;
import io.spillway.worker.provider.HttpAnswer;
import io.spillway.worker.provider.HttpCall;
import io.spillway.worker.provider.ProviderAdapter;
import io.spillway.worker.provider.ProviderCall;
import io.spillway.worker.provider.StatusKinds;
import io.spillway.worker.provider.stream.EventAssembler;

/** Google's generateContent, on the Gemini API or on Vertex AI. */
public final class GeminiAdapter implements ProviderAdapter {

    private final Surface surface;

    private GeminiAdapter(Surface surface) {
        this.surface = surface;
    }

    /** The Gemini API, with an API key. */
    public static GeminiAdapter withApiKey() {
        return new GeminiAdapter(Surface.GEMINI);
    }

    /** Vertex AI, with an OAuth access token. */
    public static GeminiAdapter onVertex() {
        return new GeminiAdapter(Surface.VERTEX);
    }

    @Override
    public HttpCall toHttp(ProviderCall call) {
        return GeminiRequest.write(call, surface);
    }

    @Override
    public CallOutcome fromHttp(ProviderCall call, HttpAnswer answer) {
        return StatusKinds.isSuccess(answer.status())
                ? GeminiResponse.read(call, surface, answer)
                : GeminiErrors.read(call, answer);
    }

    @Override
    public Optional<AnswerAssembler> stream(ProviderCall call, HttpAnswer head) {
        return head.isOf("text/event-stream")
                ? Optional.of(EventAssembler.ofServerSentEvents(new GeminiStream(call, surface, head), head.status()))
                : Optional.empty();
    }
}
