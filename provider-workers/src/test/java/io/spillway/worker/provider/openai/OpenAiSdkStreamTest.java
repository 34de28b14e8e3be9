package io.spillway.worker.provider.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;

import io.spillway.contract.json.Json;
import io.spillway.simulator.Behaviour;
import io.spillway.simulator.SimulatedProvider;
import io.spillway.simulator.SimulatorConfig;
import io.spillway.worker.provider.Calls;
import io.spillway.worker.provider.SampleRequests;

/** OpenAI's own client as the judge of the simulated OpenAI's streams. */
class OpenAiSdkStreamTest {

    @Test
    void shouldReadTheSimulatorsStreams() {
        try (SimulatedProvider provider = SimulatedProvider.start(SimulatorConfig.of("openai"))) {
            // When
            ChatCompletion text = streamed(provider, params("say hello").build());
            ChatCompletion tool = streamed(provider, params("use look_up").putAdditionalBodyProperty("tools",
                    JsonValue.fromJsonNode(Json.readValue("[{\"type\":\"function\",\"function\":{\"name\":\"look_up\","
                            + "\"parameters\":" + SampleRequests.SCHEMA + "}}]")))
                    .build());

            // Then
            assertThat(text.choices().getFirst().message().content().orElse("")).isNotBlank();
            assertThat(text.choices().getFirst().finishReason()).isEqualTo(ChatCompletion.Choice.FinishReason.STOP);
            assertThat(text.usage().orElseThrow().totalTokens()).isPositive();
            var call = tool.choices().getFirst().message().toolCalls().orElseThrow().getFirst().asFunction().function();
            assertThat(call.name()).isEqualTo("look_up");
            assertThat(Json.readObject(call.arguments()).path("q").isTextual()).isTrue();
            assertThat(tool.choices().getFirst().finishReason()).isEqualTo(ChatCompletion.Choice.FinishReason.TOOL_CALLS);
        }
    }

    @Test
    void shouldFailWhenTheSimulatorsStreamBreaks() {
        try (SimulatedProvider provider = SimulatedProvider.start(SimulatorConfig.of("openai"))) {
            for (Behaviour broken : new Behaviour[]{new Behaviour.ErrorMidway(), new Behaviour.ResetMidBody()}) {
                provider.behave(broken);

                assertThatThrownBy(() -> streamed(provider, params("say hello").build())).as("%s", broken)
                        .isInstanceOf(RuntimeException.class);
            }
        }
    }

    private static ChatCompletion streamed(SimulatedProvider provider, ChatCompletionCreateParams params) {
        OpenAIClient client = OpenAIOkHttpClient.builder().apiKey(Calls.CANARY_KEY)
                .baseUrl(provider.baseUri().resolve("/v1").toString()).maxRetries(0).build();
        ChatCompletionAccumulator whole = ChatCompletionAccumulator.create();
        try (StreamResponse<ChatCompletionChunk> chunks = client.chat().completions().createStreaming(params)) {
            chunks.stream().forEach(whole::accumulate);
        } finally {
            client.close();
        }
        return whole.chatCompletion();
    }

    private static ChatCompletionCreateParams.Builder params(String text) {
        return ChatCompletionCreateParams.builder().model("gpt-4o").addSystemMessage("s").addUserMessage(text)
                .streamOptions(ChatCompletionStreamOptions.builder().includeUsage(true).build());
    }
}
