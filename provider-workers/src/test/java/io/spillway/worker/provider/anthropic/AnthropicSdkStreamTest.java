package io.spillway.worker.provider.anthropic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.JsonValue;
import com.anthropic.core.http.StreamResponse;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.RawMessageStreamEvent;

import io.spillway.contract.json.Json;
import io.spillway.simulator.Behaviour;
import io.spillway.simulator.SimulatedProvider;
import io.spillway.simulator.SimulatorConfig;
import io.spillway.worker.provider.Calls;
import io.spillway.worker.provider.SampleRequests;

/** Anthropic's own clients, of both dialects, as judges of the simulated Anthropic's streams. */
@Tag("anthropic-client")
class AnthropicSdkStreamTest {

    @Test
    void shouldReadTheSimulatorsStreams() {
        try (SimulatedProvider provider = SimulatedProvider.start(SimulatorConfig.of("anthropic"))) {
            // When
            Message text = streamed(provider, params("say hello").build());
            Message tool = streamed(provider, params("use look_up").putAdditionalBodyProperty("tools",
                    JsonValue.fromJsonNode(
                            Json.readValue("[{\"name\":\"look_up\",\"input_schema\":" + SampleRequests.SCHEMA + "}]")))
                    .build());

            // Then
            assertThat(text.content().getFirst().asText().text()).isNotBlank();
            assertThat(text.stopReason().orElseThrow().asString()).isEqualTo("end_turn");
            assertThat(text.usage().outputTokens()).isPositive();
            assertThat(tool.content().getLast().asToolUse().name()).isEqualTo("look_up");
            assertThat(tool.stopReason().orElseThrow().asString()).isEqualTo("tool_use");
        }
    }

    @Test
    void shouldFailWhenTheSimulatorsStreamBreaks() {
        try (SimulatedProvider provider = SimulatedProvider.start(SimulatorConfig.of("anthropic"))) {
            for (Behaviour broken : new Behaviour[]{new Behaviour.ErrorMidway(), new Behaviour.ResetMidBody()}) {
                provider.behave(broken);

                assertThatThrownBy(() -> streamed(provider, params("say hello").build())).as("%s", broken)
                        .isInstanceOf(RuntimeException.class);
            }
        }
    }

    private static Message streamed(SimulatedProvider provider, MessageCreateParams params) {
        AnthropicClient client = AnthropicOkHttpClient.builder().apiKey(Calls.CANARY_KEY).baseUrl(provider.baseUri().toString())
                .maxRetries(0).build();
        MessageAccumulator whole = MessageAccumulator.create();
        try (StreamResponse<RawMessageStreamEvent> events = client.messages().createStreaming(params)) {
            events.stream().forEach(whole::accumulate);
        } finally {
            client.close();
        }
        return whole.message();
    }

    private static MessageCreateParams.Builder params(String text) {
        return MessageCreateParams.builder().model("claude-sonnet-4-5").maxTokens(50).addUserMessage(text);
    }
}
