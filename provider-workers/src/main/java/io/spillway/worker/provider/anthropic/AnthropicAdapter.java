package io.spillway.worker.provider.anthropic;

import io.spillway.worker.provider.CallOutcome;
import io.spillway.worker.provider.HttpAnswer;
import io.spillway.worker.provider.HttpCall;
import io.spillway.worker.provider.ProviderAdapter;
import io.spillway.worker.provider.ProviderCall;
import io.spillway.worker.provider.StatusKinds;

/** Anthropic Messages. */
public final class AnthropicAdapter implements ProviderAdapter {

    @Override
    public HttpCall toHttp(ProviderCall call) {
        return AnthropicRequest.write(call);
    }

    @Override
    public CallOutcome fromHttp(ProviderCall call, HttpAnswer answer) {
        return StatusKinds.isSuccess(answer.status()) ? AnthropicResponse.read(call, answer) : AnthropicErrors.read(call, answer);
    }
}
