package io.spillway.worker.provider.openai;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.openai.core.ObjectMappers;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import io.spillway.contract.json.Json;
import io.spillway.worker.provider.Adapters;
import io.spillway.worker.provider.Calls;
import io.spillway.worker.provider.ProviderCall;
import io.spillway.worker.provider.SampleRequests;
import io.spillway.worker.provider.SdkObjects;
import io.spillway.worker.provider.UntranslatableRequestException;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * OpenAI's own client as the judge of the dialects that are almost OpenAI's: whatever is not OpenAI's is listed here, and
 * Mistral, which refuses what it does not know, gets none of what it does not know.
 */
class CompatibleSdkTest {

    private static final Map<String, Set<String>> THEIR_OWN = Map.of("mistral", Set.of("random_seed"), "deepseek",
            Set.of("thinking"),
            "qwen", Set.of("enable_thinking"), "openrouter", Set.of("provider"), "litellm",
            Set.of("num_retries", "disable_fallbacks"), "portkey", Set.of(), "vllm", Set.of(), "tokenmix", Set.of());
    private static final List<String> UNKNOWN_TO_MISTRAL = List.of("seed", "max_completion_tokens", "user", "stream_options",
            "logprobs", "top_logprobs", "store", "service_tier", "logit_bias", "modalities", "verbosity", "safety_identifier");

    @TestFactory
    Stream<DynamicTest> shouldWriteRequestsThatDifferFromOpenAisAsDeclared() {
        return THEIR_OWN.keySet().stream().sorted().flatMap(api -> SampleRequests.all().entrySet().stream()
                .map(sample -> DynamicTest.dynamicTest(api + " " + sample.getKey(), () -> {
                    ProviderCall call = Calls.with(sample.getValue(), Map.of(), Set.of());
                    call.deployment().setModel("gpt-4o");
                    ObjectNode written;
                    try {
                        written = Json.readObject(Adapters.forApi(api).orElseThrow().toHttp(call).body());
                    } catch (UntranslatableRequestException e) {
                        assertThat(api + " " + sample.getKey()).isIn("mistral logprobs", "mistral OpenAI's own");
                        return;
                    }
                    var understood = ObjectMappers.jsonMapper()
                            .readValue(Json.bytes(written), ChatCompletionCreateParams.Body.class).validate();
                    assertThat(SdkObjects.unknownFields(understood)).isSubsetOf(THEIR_OWN.get(api));
                    assertThat(written.has("max_completion_tokens")).isFalse();
                    if (api.equals("mistral")) {
                        assertThat(written.properties()).extracting(Map.Entry::getKey)
                                .doesNotContainAnyElementsOf(UNKNOWN_TO_MISTRAL);
                    }
                })));
    }

    @Test
    void shouldJudgeEveryPreset() {
        assertThat(THEIR_OWN.keySet()).containsAll(Presets.names());
    }
}
