package io.spillway.worker.provider.ollama;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.contract.json.Json;
import io.spillway.worker.provider.HttpCall;
import io.spillway.worker.provider.Pieces;
import io.spillway.worker.provider.ProviderAdapter;
import io.spillway.worker.provider.StreamContract;

class OllamaStreamTest extends StreamContract {

    @Override
    protected ProviderAdapter adapter() {
        return new OllamaAdapter();
    }

    @Override
    protected String contentType() {
        return "application/x-ndjson";
    }

    @Override
    protected boolean asksToStream(HttpCall call) {
        return Json.readObject(new String(call.body(), StandardCharsets.UTF_8)).get("stream").booleanValue();
    }

    @Override
    protected List<String> answers() {
        OllamaAdapterTest unary = new OllamaAdapterTest();
        return List.of(unary.answer("Over the hills and far away, Gr\u00fc\u00dfe"),
                unary.toolAnswer("call_1", "look_up", "{\"q\":\"caf\u00e9\"}"), unary.answerWithoutUsage("no counts here"),
                unary.answerStoppedBy("length"),
                unary.answer("four").replace("\"content\":", "\"thinking\":\"let me think\",\"content\":").replace(
                        "\"done\":true",
                        "\"done\":true,\"logprobs\":[{\"token\":\"a\",\"logprob\":-0.5},{\"token\":\"b\",\"logprob\":-1.5}]"));
    }

    @Override
    protected List<String> stream(ObjectNode answer, SplittableRandom random) {
        List<String> lines = new ArrayList<>();
        JsonNode message = answer.path("message");
        for (String text : List.of("thinking", "content")) {
            if (!message.path(text).asText("").isEmpty()) {
                Pieces.ofText(message.path(text).textValue(), random)
                        .forEach(piece -> lines.add(line(answer, Json.object().put(text, piece))));
            }
        }
        for (JsonNode call : message.path("tool_calls")) {
            ObjectNode piece = Json.object().put("content", "");
            piece.putArray("tool_calls").add(call);
            lines.add(line(answer, piece));
        }
        ObjectNode last = answer.deepCopy();
        last.putObject("message").put("role", "assistant").put("content", "");
        lines.add(Json.text(last) + "\n");
        return lines;
    }

    private static String line(ObjectNode answer, ObjectNode message) {
        ObjectNode line = Json.object();
        line.set("model", answer.path("model"));
        line.put("created_at", "2026-11-21T11:59:50Z").put("done", false);
        line.set("message", message.put("role", "assistant"));
        return Json.text(line) + "\n";
    }

    @Override
    protected List<String> signsOfLife() {
        return List.of("\n", "\r\n", "{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":false}\n");
    }

    @Override
    protected String overloaded() {
        return "{\"error\":\"server busy, please try again.  maximum pending requests exceeded\"}\n";
    }

    @Override
    protected String failed() {
        return "{\"error\":\"an error was encountered while running the model\"}\n";
    }

    @Override
    protected List<String> nonsense() {
        return List.of("{\"message\":\"x\"}\n", "[]\n", "nope\n", "{\"message\":{}}{\"message\":{}}\n", "{\n", "data: {}\n");
    }

    @Override
    protected boolean isIntact(byte[] stream) {
        for (String line : new String(stream, StandardCharsets.ISO_8859_1).split("\n")) {
            byte[] bytes = line.getBytes(StandardCharsets.ISO_8859_1);
            if (!line.isBlank() && !isJson(bytes)) {
                return false;
            }
            if (line.contains("\"done\"") && Json.readObject(bytes).path("done").asBoolean()) {
                return true;
            }
        }
        return false;
    }
}
