package io.spillway.worker.provider.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import io.spillway.v1.FinishReason;
import io.spillway.worker.provider.ModelInPathContract;

/** The contract with Google's bodies, which are the same on both surfaces. */
abstract class GeminiSurfaceContract extends ModelInPathContract {

    static final String USAGE = "{\"promptTokenCount\":100,\"cachedContentTokenCount\":60,\"candidatesTokenCount\":30,"
            + "\"thoughtsTokenCount\":10,\"totalTokenCount\":140}";

    private static String text(String text) {
        return "{\"text\":\"" + text + "\"}";
    }

    @Override
    protected String answer(String text) {
        return GeminiErrorCases.answer(text(text), "STOP", USAGE);
    }

    @Override
    protected String toolAnswer(String id, String name, String arguments) {
        return GeminiErrorCases.answer("{\"functionCall\":{\"id\":\"" + id + "\",\"name\":\"" + name + "\",\"args\":" + arguments
                + "},\"thoughtSignature\":\"c2ln\"}", "STOP", USAGE);
    }

    @Override
    protected String answerStoppedBy(String reason) {
        return GeminiErrorCases.answer(text("x"), reason, USAGE);
    }

    @Override
    protected Map<String, FinishReason> stopReasons() {
        return Map.of("STOP", FinishReason.STOP, "MAX_TOKENS", FinishReason.LENGTH, "SAFETY", FinishReason.CONTENT_FILTER,
                "RECITATION", FinishReason.CONTENT_FILTER, "LANGUAGE", FinishReason.CONTENT_FILTER, "BLOCKLIST",
                FinishReason.CONTENT_FILTER, "PROHIBITED_CONTENT", FinishReason.CONTENT_FILTER, "SPII",
                FinishReason.CONTENT_FILTER, "IMAGE_SAFETY", FinishReason.CONTENT_FILTER);
    }

    @Override
    protected String answerWithUsage() {
        return answer("x");
    }

    @Override
    protected int cacheWriteTokens() {
        return 0;
    }

    @Override
    protected String countSuffix() {
        return "TokenCount";
    }

    @Override
    protected String answerWithoutUsage(String text) {
        return GeminiErrorCases.answer(text(text), "STOP", "null");
    }

    @Override
    protected int reasoningTokens() {
        return 10;
    }

    @Override
    protected List<String> answersWithUnknownWords(String text) {
        return List.of(GeminiErrorCases.answer("{\"scent\":{\"text\":\"no\"}}," + text(text), "STOP", USAGE),
                GeminiErrorCases.answer(text(text), "STOP", USAGE.replace("{", "{\"trafficType\":\"ASTRAL\",")),
                answer(text).replace("\"finishReason\"",
                        "\"safetyRatings\":[{\"category\":\"HARM_CATEGORY_NEW\",\"probability\":\"UNHEARD_OF\"}],\"finishReason\""));
    }

    @Override
    protected List<ErrorCase> errors() {
        return GeminiErrorCases.all();
    }

    @Override
    protected List<String> malformed() {
        return List.of("{\"candidates\":[]}", "{\"candidates\":[],\"usageMetadata\":" + USAGE + "}", "{\"candidates\":{}}",
                "{\"candidates\":[7]}", "{\"candidates\":[{\"content\":\"x\"}]}",
                "{\"candidates\":[{\"content\":{\"parts\":\"x\"}}]}",
                GeminiErrorCases.answer("", "STOP", "null"), GeminiErrorCases.answer("", "STOP", "{\"promptTokenCount\":5}"),
                GeminiErrorCases.answer("{\"functionCall\":{\"args\":{}}}", "STOP", USAGE),
                GeminiErrorCases.answer("{\"newKind\":{}}", "STOP", "{\"promptTokenCount\":5}"),
                GeminiErrorCases.error(500, "INTERNAL", "x"), GeminiErrorCases.error(400, "INVALID_ARGUMENT", "x"));
    }

    @Override
    protected String systemIn(JsonNode body) {
        return body.at("/systemInstruction/parts/0/text").textValue();
    }

    @Override
    protected List<String> turnsIn(JsonNode body) {
        List<String> turns = new ArrayList<>();
        body.path("contents").forEach(content -> turns.add((content.path("role").asText().equals("model") ? "assistant" : "user")
                + ":" + content.at("/parts/0/text").asText()));
        return turns;
    }

    @Override
    protected List<String> toolCallIn(JsonNode body) {
        JsonNode call = body.at("/contents/1/parts/0/functionCall");
        assertThat(body.at("/contents/1/role").asText()).isEqualTo("model");
        return List.of(call.path("id").asText(), call.path("name").asText(), call.path("args").toString());
    }

    @Override
    protected List<String> toolResultIn(JsonNode body) {
        JsonNode result = body.at("/contents/2/parts/0/functionResponse");
        assertThat(body.at("/contents/2/role").asText()).isEqualTo("user");
        assertThat(result.path("name").asText()).isEqualTo("look_up");
        return List.of(result.path("id").asText(), result.at("/response/output").asText());
    }

    @Override
    protected JsonNode toolIn(JsonNode body) {
        return body.at("/tools/0/functionDeclarations/0/parametersJsonSchema");
    }

    @Override
    protected List<String> imagesIn(JsonNode body) {
        List<String> images = new ArrayList<>();
        for (JsonNode part : body.at("/contents/0/parts")) {
            if (part.has("fileData")) {
                assertThat(part.at("/fileData/mimeType").asText()).isEqualTo("image/png");
                images.add(part.at("/fileData/fileUri").asText());
            } else if (part.has("inlineData")) {
                assertThat(part.at("/inlineData/mimeType").asText()).isEqualTo("image/png");
                images.add(part.at("/inlineData/data").asText());
            }
        }
        return images;
    }

    @Override
    protected JsonNode schemaIn(JsonNode body) {
        assertThat(body.at("/generationConfig/responseMimeType").asText()).isEqualTo("application/json");
        return body.at("/generationConfig/responseJsonSchema");
    }
}
