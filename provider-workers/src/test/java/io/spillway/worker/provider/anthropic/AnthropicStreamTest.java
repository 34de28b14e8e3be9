package io.spillway.worker.provider.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.contract.json.Json;
import io.spillway.contract.json.MalformedJsonException;
import io.spillway.v1.ChatMessage;
import io.spillway.worker.provider.AnswerAssembler;
import io.spillway.worker.provider.AnswerAssembler.Progress;
import io.spillway.worker.provider.HttpCall;
import io.spillway.worker.provider.Pieces;
import io.spillway.worker.provider.ProviderAdapter;
import io.spillway.worker.provider.SseContract;
import io.spillway.worker.provider.stream.StreamEvent;
import org.junit.jupiter.api.Test;

class AnthropicStreamTest extends SseContract {

    private static final String USAGE = "{\"input_tokens\":30,\"cache_read_input_tokens\":60,\"output_tokens\":40}";

    @Override
    protected ProviderAdapter adapter() {
        return new AnthropicAdapter();
    }

    @Override
    protected boolean isMark(StreamEvent event) {
        try {
            return Json.readObject(event.data()).path("type").asText(event.type()).equals("message_stop");
        } catch (MalformedJsonException e) {
            return false;
        }
    }

    @Override
    protected boolean asksToStream(HttpCall call) {
        return Json.readObject(new String(call.body(), StandardCharsets.UTF_8)).path("stream").asBoolean();
    }

    @Override
    protected List<String> answers() {
        AnthropicAdapterTest unary = new AnthropicAdapterTest();
        String thinking = "{\"type\":\"thinking\",\"thinking\":\"let me think\",\"signature\":\"c2ln\"}";
        String cited = "{\"type\":\"text\",\"text\":\"So it says.\",\"citations\":[{\"type\":\"char_location\",\"cited_text\":\"so\"}]}";
        return List.of(unary.answer("Over the hills and far away, Gr\u00fc\u00dfe"),
                unary.toolAnswer("toolu_1", "look_up", "{\"q\":\"caf\u00e9\",\"n\":[1,2.50]}"),
                unary.toolAnswer("toolu_1", "now", "{}"), unary.answerWithoutUsage("no counts here"),
                AnthropicErrorCases.answer(thinking + "," + cited, "end_turn", USAGE),
                AnthropicErrorCases.answer(thinking + ",{\"type\":\"redacted_thinking\",\"data\":\"c2VjcmV0\"},"
                        + "{\"type\":\"tool_use\",\"id\":\"toolu_1\",\"name\":\"a\",\"input\":{\"x\":1}},"
                        + "{\"type\":\"tool_use\",\"id\":\"toolu_2\",\"name\":\"b\",\"input\":{}}", "tool_use", USAGE),
                unary.answerStoppedBy("refusal").replace("\"stop_sequence\":null",
                        "\"stop_sequence\":\"END\",\"stop_details\":{\"type\":\"refusal\",\"category\":\"cyber\"}"));
    }

    @Override
    protected List<String> signsOfLife() {
        return List.of("event: ping\ndata: {\"type\": \"ping\"}\n\n", ": comment\n\n",
                "event: brand_new\ndata: {\"type\":\"brand_new\",\"index\":0}\n\n");
    }

    @Override
    protected String overloaded() {
        return "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n";
    }

    @Override
    protected String failed() {
        return "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"Internal server error\"}}\n\n";
    }

    @Override
    protected List<String> nonsense() {
        return List.of(event("{'type':'message_start','message':{}}"),
                event("{'type':'content_block_start','index':0,'content_block':{}}"),
                event("{'type':'content_block_delta','index':7,'delta':{'type':'text_delta','text':'x'}}"),
                event("{'type':'content_block_delta','index':0,'delta':{'type':'text_delta'}}"),
                event("{'type':'content_block_delta','delta':{'type':'text_delta','text':'x'}}"),
                event("{'type':'content_block_stop','index':3}"), event("{'type':'content_block_start','index':2}"),
                event("{'type':'message_stop'}"), event("[]"), event("{'type':"), event("{'type':'ping'}{}"));
    }

    private static String event(String data) {
        return "data: " + data.replace('\'', '"') + "\n\n";
    }

    @Override
    protected List<String> stream(ObjectNode answer, SplittableRandom random) {
        List<String> messages = new ArrayList<>();
        ObjectNode start = answer.deepCopy().putNull("stop_reason").putNull("stop_sequence");
        start.remove("stop_details");
        start.putArray("content");
        if (start.path("usage") instanceof ObjectNode early) {
            early.put("output_tokens", 1);
        }
        ObjectNode begin = Json.object().put("type", "message_start");
        begin.set("message", start);
        messages.add(named("message_start", begin));
        int index = 0;
        for (JsonNode block : answer.path("content")) {
            addBlock(messages, (ObjectNode) block, index++, random);
        }
        ObjectNode last = Json.object().put("type", "message_delta");
        ObjectNode delta = last.putObject("delta");
        for (String field : List.of("stop_reason", "stop_sequence", "stop_details")) {
            delta.set(field, answer.path(field).isMissingNode() ? Json.object().nullNode() : answer.get(field));
        }
        if (answer.path("usage").isObject()) {
            last.putObject("usage").set("output_tokens", answer.at("/usage/output_tokens"));
        }
        messages.add(named("message_delta", last));
        messages.add(named("message_stop", Json.object().put("type", "message_stop")));
        return messages;
    }

    private static void addBlock(List<String> messages, ObjectNode block, int index, SplittableRandom random) {
        ObjectNode begin = block.deepCopy();
        List<ObjectNode> deltas = new ArrayList<>();
        for (String text : List.of("thinking", "signature", "text")) {
            if (block.has(text)) {
                begin.put(text, "");
                List<String> pieces = text.equals("signature")
                        ? List.of(block.path(text).textValue())
                        : Pieces.ofText(block.path(text).textValue(), random);
                pieces.forEach(piece -> deltas.add(Json.object().put("type", text + "_delta").put(text, piece)));
            }
        }
        if (block.has("citations")) {
            begin.putNull("citations");
            block.path("citations").forEach(citation -> {
                ObjectNode delta = Json.object().put("type", "citations_delta");
                delta.set("citation", citation);
                deltas.add(delta);
            });
        }
        if (block.has("input")) {
            begin.putObject("input");
            String json = block.path("input").isEmpty() ? "" : Json.text(block.get("input"));
            Pieces.ofText(json, random)
                    .forEach(piece -> deltas.add(Json.object().put("type", "input_json_delta").put("partial_json", piece)));
        }
        ObjectNode start = Json.object().put("type", "content_block_start").put("index", index);
        start.set("content_block", begin);
        messages.add(named("content_block_start", start));
        for (ObjectNode delta : deltas) {
            ObjectNode event = Json.object().put("type", "content_block_delta").put("index", index);
            event.set("delta", delta);
            messages.add(named("content_block_delta", event));
        }
        messages.add(named("content_block_stop", Json.object().put("type", "content_block_stop").put("index", index)));
    }

    @Test
    void shouldStreamInBothVersions() {
        for (String version : List.of("2023-06-01", "2026-10-21")) {
            HttpCall call = adapter().toHttp(call(Map.of("stream", "true", "anthropic-version", version)));
            assertThat(asksToStream(call)).as(version).isTrue();
        }
    }

    @Test
    void shouldPassOnHalfADocumentOfArgumentsWhenTheModelRanOutOfTokens() {
        String cut = event(
                "{'type':'message_start','message':{'id':'m','content':[],'usage':{'input_tokens':5,'output_tokens':1}}}")
                + event("{'type':'content_block_start','index':0,'content_block':{'type':'tool_use','id':'t','name':'f','input':{}}}")
                + "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":"
                + "\"{\\\"q\\\":\\\"lon\"}}\n\n" + event("{'type':'content_block_stop','index':0}")
                + event("{'type':'message_delta','delta':{'stop_reason':'max_tokens'},'usage':{'output_tokens':9}}")
                + event("{'type':'message_stop'}");
        ChatMessage message = answered(cut).getChoices().getFirst().getMessage();
        assertThat(message.getToolCalls().getFirst().getArguments()).isEqualTo("{\"q\":\"lon");
    }

    @Test
    void shouldTakeThoughtsThatAreNotShownForSignsThatTheModelWorks() {
        AnswerAssembler assembler = assembler();
        feed(assembler, event("{'type':'message_start','message':{'id':'m','content':[]}}")
                + event("{'type':'content_block_start','index':0,'content_block':{'type':'thinking','thinking':'','signature':''}}"));
        assertThat(feed(assembler,
                event("{'type':'content_block_delta','index':0,'delta':{'type':'thinking_delta','thinking':''}}")))
                .isEqualTo(Progress.NOTHING);
        assertThat(feed(assembler,
                event("{'type':'content_block_delta','index':0,'delta':{'type':'signature_delta','signature':'s'}}")))
                .isEqualTo(Progress.TOKEN);
        assertThat(feed(assembler,
                event("{'type':'content_block_start','index':1,'content_block':{'type':'redacted_thinking','data':'x'}}")))
                .isEqualTo(Progress.TOKEN);
    }
}
