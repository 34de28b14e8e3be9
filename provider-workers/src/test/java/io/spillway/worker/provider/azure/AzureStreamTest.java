package io.spillway.worker.provider.azure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;

import io.spillway.worker.provider.HttpCall;
import io.spillway.worker.provider.ProviderAdapter;
import io.spillway.worker.provider.openai.OpenAiStreamContract;
import org.junit.jupiter.api.Test;

class AzureStreamTest extends OpenAiStreamContract {

    @Override
    protected ProviderAdapter adapter() {
        return new AzureAdapter();
    }

    @Override
    protected List<String> answers() {
        AzureAdapterTest unary = new AzureAdapterTest();
        return List.of(unary.answer("Over the hills and far away"), unary.toolAnswer("call_1", "look_up", "{\"q\":1}"),
                unary.answerWithoutUsage("no counts here"), unary.answerStoppedBy("content_filter"));
    }

    @Test
    void shouldStreamOnBothInterfaces() {
        HttpCall dated = adapter().toHttp(call(Map.of("stream", "true", "api-version", "2024-10-21")));
        assertThat(asksToStream(dated)).isTrue();
        assertThat(dated.uri().toString()).endsWith("/chat/completions?api-version=2024-10-21");
    }
}
