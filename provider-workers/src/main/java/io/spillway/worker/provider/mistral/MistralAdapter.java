package io.spillway.worker.provider.mistral;

import java.util.Optional;

import io.spillway.worker.provider.AnswerAssembler;
import io.spillway.worker.provider.CallOutcome;
import io.spillway.worker.provider.HttpAnswer;
import io.spillway.worker.provider.HttpCall;
import io.spillway.worker.provider.ProviderAdapter;
import io.spillway.worker.provider.ProviderCall;
import io.spillway.worker.provider.StatusKinds;
import io.spillway.worker.provider.openai.OpenAiAdapter;

/** Mistral chat completions. Its answers are OpenAI's. */
public final class MistralAdapter implements ProviderAdapter {

    private static final OpenAiAdapter OPENAI = new OpenAiAdapter();

    @Override
    public HttpCall toHttp(ProviderCall call) {
        return MistralRequest.write(call);
    }

    @Override
    public CallOutcome fromHttp(ProviderCall call, HttpAnswer answer) {
        return StatusKinds.isSuccess(answer.status()) ? OPENAI.fromHttp(call, answer) : MistralErrors.read(call, answer);
    }

    @Override
    public Optional<AnswerAssembler> stream(ProviderCall call, HttpAnswer head) {
        return OPENAI.stream(call, head);
    }
}
