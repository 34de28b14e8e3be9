package io.spillway.worker.provider.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;

import io.spillway.worker.provider.ProviderAdapter;
import org.junit.jupiter.api.Test;

class GeminiStreamTest extends GeminiStreamContract {

    @Override
    protected ProviderAdapter adapter() {
        return GeminiAdapter.withApiKey();
    }

    @Test
    void shouldAddADeclaredQueryToItsOwn() {
        assertThat(adapter().toHttp(call(Map.of("stream", "true", "query", "a=b"))).uri().getQuery()).isEqualTo("alt=sse&a=b");
    }
}
