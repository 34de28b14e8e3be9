package io.spillway.contract.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.v1.ChatError;
import io.spillway.v1.ChatResponse;
import io.spillway.v1.ErrorCode;
import io.spillway.v1.FinishReason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChatResponseJsonTest {

    private static final String FULL = """
            {"id":"chatcmpl-1","object":"chat.completion","created":1790000000,"model":"gpt-x-2026-01-01",
             "choices":[{"index":0,"message":{"role":"assistant","content":null,"refusal":"no","annotations":[],
               "tool_calls":[{"id":"call_1","type":"function","function":{"name":"f","arguments":"{}"},"extra_content":{"a":1}}]},
               "logprobs":{"content":[{"token":"a","logprob":-0.10}]},"finish_reason":"tool_calls","content_filter_results":{"hate":{}}}],
             "usage":{"prompt_tokens":100,"completion_tokens":20,"total_tokens":120,"cost":0.0010,
               "prompt_tokens_details":{"cached_tokens":64,"audio_tokens":0},
               "completion_tokens_details":{"reasoning_tokens":10}},
             "service_tier":"default","system_fingerprint":"fp","provider":"p"}""";

    @Test
    void shouldKeepEveryFieldWhenWrittenAgain() {
        assertThat(tree(ChatResponseJson.write(parse(FULL)))).isEqualTo(tree(FULL));
    }

    @Test
    void shouldReadKnownFieldsIntoTheRecord() {
        // When
        ChatResponse response = parse(FULL);

        // Then
        assertThat(response.getUsage().getPromptTokens()).isEqualTo(100);
        assertThat(response.getUsage().getCachedTokens()).isEqualTo(64);
        assertThat(response.getUsage().getReasoningTokens()).isEqualTo(10);
        assertThat(response.getUsage().getEstimated()).isFalse();
        assertThat(response.getChoices().get(0).getFinishReason()).isEqualTo(FinishReason.TOOL_CALLS);
        assertThat(response.getChoices().get(0).getNativeFinishReason()).isNull();
        assertThat(response.getExtra()).contains("fp").contains("0.0010").doesNotContain("chatcmpl");
    }

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void shouldWriteAndReadAnErrorOfEveryCode(ErrorCode code) {
        // Given
        ChatResponse response = Records.response();
        response.setId("spillway-r1");
        ChatError error = new ChatError(code, "No provider could answer.", true, "model");
        response.setError(error);

        // When
        byte[] json = ChatResponseJson.write(response);

        // Then
        assertThat(ChatResponseJson.parse(json)).isEqualTo(response);
        ObjectNode node = (ObjectNode) tree(json).path("error");
        assertThat(node.path("type").textValue()).isNotEmpty();
        assertThat(node.path("code").textValue()).isEqualTo(code.name().toLowerCase(java.util.Locale.ROOT));
        assertThat(node.path("retryable").booleanValue()).isTrue();
        assertThat(node.path("param").textValue()).isEqualTo("model");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"400|UNKNOWN", "'\"429\"'|UNKNOWN", "null|UNKNOWN",
            "'\"budget_exceeded\"'|BUDGET_EXCEEDED",
            "[]|UNKNOWN", "{}|UNKNOWN"})
    void shouldReadAnErrorCodeOfAnyType(String code, ErrorCode expected) {
        assertThat(parse("{\"error\":{\"message\":\"m\",\"code\":" + code + "}}").getError().getCode()).isEqualTo(expected);
    }

    @Test
    void shouldReadAnErrorThatIsAString() {
        assertThat(parse("{\"error\":\"overloaded\"}").getError().getMessage()).isEqualTo("overloaded");
        assertThat(parse("{\"error\":null}").getError()).isNull();
    }

    @Test
    void shouldReadWhatIsThereWhenAlmostNothingIs() {
        // When
        ChatResponse response = parse("{\"choices\":[{\"message\":{\"content\":\"hi\"},\"finish_reason\":null}]}");

        // Then
        assertThat(response.getId()).isEmpty();
        assertThat(response.getUsage()).isNull();
        assertThat(response.getChoices().get(0).getMessage().getContent()).isEqualTo("hi");
        assertThat(response.getChoices().get(0).getFinishReason()).isEqualTo(FinishReason.STOP);
        assertThat(parse("{}").getChoices()).isEmpty();
        assertThat(parse("{\"choices\":[]}").getChoices()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"stop,STOP,", "length,LENGTH,", "tool_calls,TOOL_CALLS,", "content_filter,CONTENT_FILTER,",
            "function_call,TOOL_CALLS,function_call",
            "model_length,LENGTH,model_length", "eos,STOP,eos", "'',STOP,", "STOP,STOP,STOP", "brand_new,STOP,brand_new"})
    void shouldMapTheFinishReasonAndKeepTheProvidersWord(String wire, FinishReason reason, String nativeReason) {
        // When
        var choice = parse("{\"choices\":[{\"message\":{\"content\":\"x\"},\"finish_reason\":\"" + wire + "\"}]}").getChoices()
                .get(0);

        // Then
        assertThat(choice.getFinishReason()).isEqualTo(reason);
        assertThat(choice.getNativeFinishReason()).isEqualTo(nativeReason);
    }

    @Test
    void shouldReadToolCallsOfSloppyServers() {
        // When
        ChatResponse response = parse(
                "{\"choices\":[{\"message\":{\"content\":\"\",\"tool_calls\":[{\"function\":{\"name\":\"f\","
                        + "\"arguments\":{\"a\":1}}},{\"id\":\"x\",\"index\":1,\"function\":{\"name\":\"g\",\"arguments\":null}}]},"
                        + "\"finish_reason\":\"stop\"}]}");

        // Then
        var choice = response.getChoices().get(0);
        assertThat(choice.getFinishReason()).isEqualTo(FinishReason.TOOL_CALLS);
        assertThat(choice.getNativeFinishReason()).isEqualTo("stop");
        assertThat(choice.getMessage().getToolCalls()).extracting("id", "name", "arguments").containsExactly(
                org.assertj.core.groups.Tuple.tuple("call_0", "f", "{\"a\":1}"),
                org.assertj.core.groups.Tuple.tuple("x", "g", "{}"));
    }

    @Test
    void shouldJoinTheChunksWhenContentIsAList() {
        // When
        var message = parse(
                "{\"choices\":[{\"message\":{\"content\":[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\",\"text\":\"hm\"}]},"
                        + "{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"text\",\"text\":\"b\"}]}}]}")
                .getChoices().get(0).getMessage();

        // Then
        assertThat(message.getContent()).isEqualTo("ab");
        assertThat(message.getExtra()).isEqualTo("{\"reasoning_content\":\"hm\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "7", "{}", "{\"prompt_tokens\":-1,\"completion_tokens\":1}",
            "{\"prompt_tokens\":\"1\",\"completion_tokens\":1}",
            "{\"prompt_tokens\":1}", "{\"prompt_tokens\":1e300,\"completion_tokens\":1}"})
    void shouldHaveNoUsageWhenTheCountsCannotBeTrue(String usage) {
        assertThat(parse("{\"choices\":[],\"usage\":" + usage + "}").getUsage()).isNull();
    }

    @Test
    void shouldReadTheUsageOfOtherDialects() {
        // When
        var usage = parse("{\"usage\":{\"prompt_tokens\":10.0,\"completion_tokens\":5,\"prompt_cache_hit_tokens\":4}}")
                .getUsage();

        // Then
        assertThat(usage.getPromptTokens()).isEqualTo(10);
        assertThat(usage.getTotalTokens()).isEqualTo(15);
        assertThat(usage.getCachedTokens()).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "{", "<html>", "{}x", "{\"a\":", "{\"a\":\"\\ud8\"}", "{\"a\":\\ud800}",
            "{\"a\":\"\\udc0g\"}"})
    void shouldThrowWhenItIsNotOneObject(String json) {
        assertThatThrownBy(() -> parse(json)).isInstanceOf(MalformedJsonException.class).hasMessageNotContaining("html");
    }

    @Test
    void shouldRepairLoneSurrogates() {
        // When
        ChatResponse response = parse("{\"choices\":[{\"message\":{\"content\":\"a\\ud83d \\ud83d\\ude00 \\\\ud800\"}}]}");

        // Then
        assertThat(response.getChoices().get(0).getMessage().getContent()).isEqualTo("a\uFFFD \ud83d\ude00 \\ud800");
    }

    @Test
    void shouldNeverFailOtherwiseWhenTheBodyIsMutated() {
        // Given
        SplittableRandom random = new SplittableRandom(20261121);
        byte[] body = FULL.getBytes(StandardCharsets.UTF_8);
        int read = 0;

        // When
        for (int i = 0; i < 5_000; i++) {
            byte[] mutated = body.clone();
            for (int k = random.nextInt(1, 4); k > 0; k--) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
            }
            try {
                ChatResponse response = ChatResponseJson.parse(mutated);
                read++;
                assertThat(tree(ChatResponseJson.write(response))).isNotNull();
            } catch (MalformedJsonException expected) {
                assertThat(expected).hasMessageNotContaining("chatcmpl");
            }
        }

        // Then
        assertThat(read).isBetween(100, 4_900);
    }

    private static ChatResponse parse(String json) {
        return ChatResponseJson.parse(json.getBytes(StandardCharsets.UTF_8));
    }

    private static JsonNode tree(String json) {
        return tree(json.getBytes(StandardCharsets.UTF_8));
    }

    private static JsonNode tree(byte[] json) {
        return Json.readObject(json);
    }
}
