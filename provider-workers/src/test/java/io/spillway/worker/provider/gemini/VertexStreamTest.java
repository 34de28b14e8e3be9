package io.spillway.worker.provider.gemini;

import java.util.HashMap;
import java.util.Map;

import io.spillway.worker.provider.ProviderAdapter;

class VertexStreamTest extends GeminiStreamContract {

    @Override
    protected ProviderAdapter adapter() {
        return GeminiAdapter.onVertex();
    }

    @Override
    protected Map<String, String> settings(Map<String, String> given) {
        Map<String, String> all = new HashMap<>(given);
        all.put("project", "p");
        return all;
    }
}
