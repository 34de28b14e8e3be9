package io.spillway.worker.provider.ollama;

import java.util.Optional;

import io.spillway.worker.provider.AnswerAssembler;
import io.spillway.worker.provider.CallOutcome;
import io.spillway.worker.provider.HttpAnswer;
import io.spillway.worker.provider.HttpCall;
import io.spillway.worker.provider.ProviderAdapter;
import io.spillway.worker.provider.ProviderCall;
import io.spillway.worker.provider.StatusKinds;
import io.spillway.worker.provider.stream.EventAssembler;

/** Ollama's native chat. */
public final class OllamaAdapter implements ProviderAdapter {

    @Override
    public HttpCall toHttp(ProviderCall call) {
        return OllamaRequest.write(call);
    }

    @Override
    public CallOutcome fromHttp(ProviderCall call, HttpAnswer answer) {
        return StatusKinds.isSuccess(answer.status()) ? OllamaResponse.read(call, answer) : OllamaErrors.read(call, answer);
    }

    @Override
    public Optional<AnswerAssembler> stream(ProviderCall call, HttpAnswer head) {
        return head.isOf("application/x-ndjson")
                ? Optional.of(EventAssembler.ofLines(new OllamaStream(call, head), head.status()))
                : Optional.empty();
    }
}
