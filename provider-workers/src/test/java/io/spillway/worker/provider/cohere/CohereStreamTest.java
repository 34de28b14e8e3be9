package io.spillway.worker.provider.cohere;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.contract.json.Json;
import io.spillway.contract.json.MalformedJsonException;
import io.spillway.worker.provider.HttpCall;
import io.spillway.worker.provider.Pieces;
import io.spillway.worker.provider.ProviderAdapter;
import io.spillway.worker.provider.SseContract;
import io.spillway.worker.provider.stream.StreamEvent;
import org.junit.jupiter.api.Test;

class CohereStreamTest extends SseContract {

    private static final String USAGE = ",\"usage\":{\"billed_units\":{\"input_tokens\":8.0,\"output_tokens\":4.0},"
            + "\"tokens\":{\"input_tokens\":10.0,\"output_tokens\":4.0}}";

    @Override
    protected ProviderAdapter adapter() {
        return new CohereAdapter();
    }

    @Override
    protected boolean isMark(StreamEvent event) {
        try {
            return Json.readObject(event.data()).path("type").asText(event.type()).equals("message-end");
        } catch (MalformedJsonException e) {
            return false;
        }
    }

    @Override
    protected boolean asksToStream(HttpCall call) {
        return Json.readObject(new String(call.body(), StandardCharsets.UTF_8)).path("stream").booleanValue();
    }

    @Override
    protected List<String> answers() {
        CohereAdapterTest unary = new CohereAdapterTest();
        return List.of(unary.answer("Over the hills and far away, Gr\u00fc\u00dfe"),
                unary.toolAnswer("look_up_1", "look_up", "{\"q\":\"caf\u00e9\"}"), unary.answerWithoutUsage("no counts here"),
                unary.answerStoppedBy("MAX_TOKENS"),
                CohereAdapterTest.answer(
                        "\"content\":[{\"type\":\"thinking\",\"thinking\":\"let me think\"},{\"type\":\"text\",\"text\":\"four\"}],"
                                + "\"citations\":[{\"start\":0,\"end\":4,\"text\":\"four\",\"sources\":[]},{\"start\":1,\"end\":2,\"text\":\"o\"}]",
                        "COMPLETE", USAGE));
    }

    @Override
    protected List<String> signsOfLife() {
        return List.of(": comment\n\n", event("{'type':'debug','prompt':'x'}"), event("{'type':'content-end','index':0}"));
    }

    @Override
    protected String overloaded() {
        return event("{'error':{'message':'x','code':503}}");
    }

    @Override
    protected String failed() {
        return event("{'type':'error','message':'internal server error'}");
    }

    @Override
    protected List<String> nonsense() {
        return List.of(event("{'type':'content-delta','index':9,'delta':{'message':{'content':{'text':'x'}}}}"),
                event("{'type':'content-delta','index':0,'delta':{'message':{'content':'x'}}}"),
                event("{'type':'content-delta','delta':{'message':{'content':{'text':'x'}}}}"),
                event("{'type':'tool-call-delta','index':0,'delta':{'message':{'tool_calls':{'function':{'arguments':'x'}}}}}"),
                event("{'type':'tool-call-start','index':0,'delta':{'message':{}}}"), event("{'type':'message-end','delta':{}}"),
                event("nope"), "data: [DONE]\n\n");
    }

    private static String event(String data) {
        return "data: " + data.replace('\'', '"') + "\n\n";
    }

    @Override
    protected List<String> stream(ObjectNode answer, SplittableRandom random) {
        List<String> messages = new ArrayList<>();
        JsonNode message = answer.path("message");
        ObjectNode start = event("message-start", "{\"message\":{\"role\":\"assistant\",\"content\":[],\"tool_plan\":\"\"}}");
        start.set("id", answer.path("id"));
        messages.add(named("message-start", start));
        for (String piece : message.has("tool_plan")
                ? Pieces.ofText(message.path("tool_plan").textValue(), random)
                : List.<String>of()) {
            messages.add(message("tool-plan-delta", 0, "tool_plan", Json.object().textNode(piece)));
        }
        int index = 0;
        for (JsonNode block : message.path("content")) {
            String text = block.path("type").textValue();
            ObjectNode begin = ((ObjectNode) block).deepCopy().put(text, "");
            messages.add(message("content-start", index, "content", begin));
            for (String piece : Pieces.ofText(block.path(text).textValue(), random)) {
                messages.add(message("content-delta", index, "content", Json.object().put(text, piece)));
            }
            messages.add(message("content-end", index++, "content", Json.object()));
        }
        for (JsonNode call : message.path("tool_calls")) {
            ObjectNode begin = ((ObjectNode) call).deepCopy();
            ((ObjectNode) begin.path("function")).put("arguments", "");
            messages.add(message("tool-call-start", index, "tool_calls", begin));
            for (String piece : Pieces.ofText(call.at("/function/arguments").textValue(), random)) {
                ObjectNode part = Json.object();
                part.putObject("function").put("arguments", piece);
                messages.add(message("tool-call-delta", index, "tool_calls", part));
            }
            messages.add(message("tool-call-end", index++, "tool_calls", Json.object()));
        }
        for (JsonNode citation : message.path("citations")) {
            messages.add(message("citation-start", 0, "citations", citation));
        }
        ObjectNode end = event("message-end", "{}");
        ObjectNode delta = (ObjectNode) end.path("delta");
        delta.set("finish_reason", answer.path("finish_reason"));
        if (answer.has("usage")) {
            delta.set("usage", answer.get("usage"));
        }
        messages.add(named("message-end", end));
        return messages;
    }

    private static String message(String type, int index, String field, JsonNode value) {
        ObjectNode event = event(type, "{\"message\":{}}").put("index", index);
        ((ObjectNode) event.at("/delta/message")).set(field, value);
        return named(type, event);
    }

    private static ObjectNode event(String type, String delta) {
        ObjectNode event = Json.object().put("type", type);
        event.set("delta", Json.readObject(delta));
        return event;
    }

    @Test
    void shouldTakeTheEndWithOrWithoutAMarkBehindIt() {
        String stream = String.join("", stream(Json.readObject(answers().getFirst()), new SplittableRandom(1)));
        answered(stream);
        answered(stream + "data: [DONE]\n\n");
    }
}
