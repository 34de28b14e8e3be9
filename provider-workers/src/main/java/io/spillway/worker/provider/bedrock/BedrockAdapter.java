package io.spillway.worker.provider.bedrock;

import java.util.Optional;

import io.spillway.worker.provider.AnswerAssembler;
import io.spillway.worker.provider.CallOutcome;
import io.spillway.worker.provider.HttpAnswer;
import io.spillway.worker.provider.HttpCall;
import io.spillway.worker.provider.ProviderAdapter;
import io.spillway.worker.provider.ProviderCall;
import io.spillway.worker.provider.StatusKinds;

/**
 * AWS Bedrock Converse. A credential in none of the forms that {@code PROVIDERS.md} names makes {@link #toHttp} throw {@link
 * io.spillway.worker.credential.CredentialException}, as a reference that cannot be resolved does.
 */
public final class BedrockAdapter implements ProviderAdapter {

    @Override
    public HttpCall toHttp(ProviderCall call) {
        return BedrockRequest.write(call);
    }

    @Override
    public CallOutcome fromHttp(ProviderCall call, HttpAnswer answer) {
        if (!StatusKinds.isSuccess(answer.status())) {
            return BedrockErrors.read(call, answer);
        }
        Optional<AnswerAssembler> stream = stream(call, answer);
        if (stream.isEmpty()) {
            return BedrockResponse.read(call, answer);
        }
        stream.get().feed(answer.body(), 0, answer.body().length);
        return stream.get().end();
    }

    @Override
    public Optional<AnswerAssembler> stream(ProviderCall call, HttpAnswer head) {
        return head.isOf(EventFrames.MEDIA_TYPE) ? Optional.of(new ConverseStream(call, head)) : Optional.empty();
    }
}
