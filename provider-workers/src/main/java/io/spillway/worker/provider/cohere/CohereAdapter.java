package io.spillway.worker.provider.cohere;

import java.util.Optional;

import io.spillway.worker.provider.AnswerAssembler;
import io.spillway.worker.provider.CallOutcome;
import io.spillway.worker.provider.HttpAnswer;
import io.spillway.worker.provider.HttpCall;
import io.spillway.worker.provider.ProviderAdapter;
import io.spillway.worker.provider.ProviderCall;
import io.spillway.worker.provider.StatusKinds;
import io.spillway.worker.provider.stream.EventAssembler;

/** Cohere chat, version 2. */
public final class CohereAdapter implements ProviderAdapter {

    @Override
    public HttpCall toHttp(ProviderCall call) {
        return CohereRequest.write(call);
    }

    @Override
    public CallOutcome fromHttp(ProviderCall call, HttpAnswer answer) {
        return StatusKinds.isSuccess(answer.status()) ? CohereResponse.read(call, answer) : CohereErrors.read(call, answer);
    }

    @Override
    public Optional<AnswerAssembler> stream(ProviderCall call, HttpAnswer head) {
        return head.isOf("text/event-stream")
                ? Optional.of(EventAssembler.ofServerSentEvents(new CohereStream(call, head), head.status()))
                : Optional.empty();
    }
}
