package io.spillway.worker.provider.mistral;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import io.spillway.v1.ChatMessage;
import io.spillway.worker.provider.HttpCall;
import io.spillway.worker.provider.ProviderAdapter;
import io.spillway.worker.provider.openai.OpenAiStreamContract;
import org.junit.jupiter.api.Test;

class MistralStreamTest extends OpenAiStreamContract {

    @Override
    protected ProviderAdapter adapter() {
        return new MistralAdapter();
    }

    @Override
    protected List<String> answers() {
        MistralAdapterTest unary = new MistralAdapterTest();
        String thinking = "[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\",\"text\":\"hm\"},{\"type\":\"text\",\"text\":\" so\"}]},"
                + "{\"type\":\"text\",\"text\":\"It is four.\"}]";
        return List.of(unary.answer("Over the hills and far away"), unary.toolAnswer("a1b2c3d4e", "look_up", "{\"q\":1}"),
                unary.answerWithoutUsage("no counts here"), unary.answer("@").replace("\"@\"", thinking));
    }

    /** Lists of thoughts first, then plain texts. */
    @Test
    void shouldJoinListsAndTexts() {
        String head = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":";
        ChatMessage message = answered(head + "\"\"}}]}\n\n"
                + head + "[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\",\"text\":\"two\"}]}]}}]}\n\n"
                + head + "[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\",\"text\":\" and two\"}]}]}}]}\n\n"
                + head + "\"fo\"}}]}\n\n" + head + "\"ur\"},\"finish_reason\":\"stop\"}]}\n\n" + DONE)
                .getChoices().getFirst().getMessage();
        assertThat(message.getContent()).isEqualTo("four");
        assertThat(message.getExtra()).contains("\"two and two\"");
    }

    /** Unknown there, and an error. */
    @Test
    void shouldNotAskForUsage() {
        HttpCall call = adapter().toHttp(call(Map.of("stream", "true")));
        assertThat(new String(call.body(), StandardCharsets.UTF_8)).doesNotContain("stream_options");
    }
}
