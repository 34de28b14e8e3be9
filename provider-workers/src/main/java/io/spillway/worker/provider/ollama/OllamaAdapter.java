package io.spillway.worker.provider.ollama;

import io.spillway.worker.provider.CallOutcome;
import io.spillway.worker.provider.HttpAnswer;
import io.spillway.worker.provider.HttpCall;
import io.spillway.worker.provider.ProviderAdapter;
import io.spillway.worker.provider.ProviderCall;
import io.spillway.worker.provider.StatusKinds;

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
}
