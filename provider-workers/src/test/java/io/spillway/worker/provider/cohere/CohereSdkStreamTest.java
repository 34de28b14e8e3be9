package io.spillway.worker.provider.cohere;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;

import com.cohere.api.Cohere;
import com.cohere.api.resources.v2.requests.V2ChatStreamRequest;
import com.cohere.api.types.ChatMessageV2;
import com.cohere.api.types.UserMessageV2;
import com.cohere.api.types.UserMessageV2Content;
import com.cohere.api.resources.v2.types.V2ChatStreamResponse;
import io.spillway.contract.json.Json;
import io.spillway.v1.ChatMessage;
import io.spillway.v1.ToolCall;
import io.spillway.worker.http.FaultServer;
import io.spillway.worker.provider.AnswerAssembler;
import io.spillway.worker.provider.CallOutcome;
import io.spillway.worker.provider.Calls;
import io.spillway.worker.provider.Pieces;
import io.spillway.worker.provider.Replies;
import org.junit.jupiter.api.Test;

/** Cohere's own client reads the streams of our tests, and hears what our assembler hears. */
class CohereSdkStreamTest {

    @Test
    void shouldHearTheSameAsCoheresOwnClient() throws Exception {
        CohereStreamTest contract = new CohereStreamTest();
        for (String answer : List.of(new CohereAdapterTest().answer("Over the hills and far away"),
                new CohereAdapterTest().toolAnswer("look_up_1", "look_up", "{\"q\":\"x\"}"))) {
            String stream = String.join("", contract.stream(Json.readObject(answer), new SplittableRandom(4)));
            StringBuilder theirs = new StringBuilder();
            try (FaultServer server = new FaultServer(FaultServer.answering(Replies.stream("text/event-stream", stream)))) {
                String base = server.uri().resolve("/").toString();
                Iterable<V2ChatStreamResponse> events = Cohere.builder().token(Calls.CANARY_KEY)
                        .url(base.substring(0, base.length() - 1)).maxRetries(0).build().v2()
                        .chatStream(V2ChatStreamRequest.builder().model(Calls.MODEL)
                                .messages(List.of(ChatMessageV2
                                        .user(UserMessageV2.builder().content(UserMessageV2Content.of("hi")).build())))
                                .build());
                for (V2ChatStreamResponse event : events) {
                    theirs.append(said(event));
                }
                assertThat(server.requests().getFirst()).contains("\"stream\":true");
            }
            assertThat(theirs.toString()).isEqualTo(ours(stream));
        }
    }

    private static String said(V2ChatStreamResponse event) {
        assertThat(event._isUnknown()).as("%s", event).isFalse();
        String text = event.getContentDelta().flatMap(delta -> delta.getDelta()).flatMap(delta -> delta.getMessage())
                .flatMap(message -> message.getContent()).flatMap(content -> content.getText()).orElse("");
        String plan = event.getToolPlanDelta().flatMap(delta -> delta.getDelta()).flatMap(delta -> delta.getMessage())
                .flatMap(message -> message.getToolPlan()).orElse("");
        String name = event.getToolCallStart().flatMap(start -> start.getDelta()).flatMap(delta -> delta.getMessage())
                .flatMap(message -> message.getToolCalls()).flatMap(call -> call.getFunction())
                .flatMap(function -> function.getName()).orElse("");
        String arguments = event.getToolCallDelta().flatMap(start -> start.getDelta()).flatMap(delta -> delta.getMessage())
                .flatMap(message -> message.getToolCalls()).flatMap(call -> call.getFunction())
                .flatMap(function -> function.getArguments()).orElse("");
        return text + plan + name + arguments;
    }

    private static String ours(String stream) {
        AnswerAssembler assembler = new CohereStreamTest().assembler();
        CallOutcome outcome = Pieces.feed(assembler, stream.getBytes(StandardCharsets.UTF_8), new SplittableRandom(1));
        assertThat(outcome).isInstanceOf(CallOutcome.Answered.class);
        ChatMessage message = ((CallOutcome.Answered) outcome).response().getChoices().getFirst().getMessage();
        StringBuilder said = new StringBuilder(message.getContent());
        for (ToolCall call : message.getToolCalls()) {
            said.append(call.getName()).append(call.getArguments());
        }
        return said.toString();
    }
}
