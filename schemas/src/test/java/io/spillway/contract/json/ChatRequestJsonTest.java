package io.spillway.contract.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;
import io.spillway.v1.ChatRequest;
import io.spillway.v1.ContentPartType;
import io.spillway.v1.ResponseFormatType;
import io.spillway.v1.Role;
import io.spillway.v1.ToolChoiceMode;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.util.ClassSecurityValidator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChatRequestJsonTest {

    /** Every field known, and an unknown one at every level. */
    private static final String FULL = """
            {"model":"chat","messages":[
              {"role":"system","content":"Be brief.","x_cache":true},
              {"role":"developer","content":[{"type":"text","text":"rules","cache_control":{"type":"ephemeral"}}]},
              {"role":"user","name":"ann","content":[{"type":"text","text":"What is it? \\ud83d\\ude00"},
                {"type":"image_url","image_url":{"url":"https://example.com/a.png","detail":"low","format":"png"}},
                {"type":"input_audio","input_audio":{"data":"AAAA","format":"wav"}}]},
              {"role":"assistant","content":null,"tool_calls":[
                {"id":"call_1","type":"function","function":{"name":"look_up","arguments":"{\\"q\\":\\"a\\"}"},
                 "extra_content":{"google":{"thought_signature":"c2ln"}}},
                {"id":"call_2","type":"function","function":{"name":"look_up","arguments":"{}"}}]},
              {"role":"tool","tool_call_id":"call_1","content":"found"},
              {"role":"tool","tool_call_id":"call_2","content":""}],
             "max_completion_tokens":64,"temperature":0.7,"top_p":0.95,"frequency_penalty":-1.5,"presence_penalty":2.0,"n":1,
             "seed":9007199254740993,"stop":["a","b"],
             "tools":[{"type":"function","cache_control":{"type":"ephemeral"},"function":{"name":"look_up","description":"d",
               "parameters":{"type":"object","properties":{"q":{"type":"string"}}},"strict":true}}],
             "tool_choice":{"type":"function","function":{"name":"look_up"}},"parallel_tool_calls":false,
             "response_format":{"type":"json_schema","json_schema":{"name":"out","description":"o","schema":{"type":"object"},
               "strict":true}},
             "reasoning_effort":"high","logprobs":true,"top_logprobs":3,"user":"u1",
             "metadata":{"k":"v"},"top_k":40,"repetition_penalty":1.10,"prediction":null}""";

    @Test
    void shouldKeepEveryFieldWhenWrittenAgain() {
        // When
        ChatRequest request = valid(FULL);

        // Then
        assertThat(tree(ChatRequestJson.write(request))).isEqualTo(tree(FULL));
        assertThat(ChatRequestJson.validate(request)).isEmpty();
    }

    @Test
    void shouldKeepEveryFieldWhenItTravelsAsAvro() throws IOException {
        // Given
        ChatRequest request = valid(FULL);

        // When
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        var encoder = EncoderFactory.get().binaryEncoder(out, null);
        new SpecificDatumWriter<>(ChatRequest.class).write(request, encoder);
        encoder.flush();
        var trusted = ClassSecurityValidator.getGlobal();
        ChatRequest copy;
        try {
            ClassSecurityValidator.setGlobal(type -> type.getPackage() == ChatRequest.class.getPackage());
            copy = new SpecificDatumReader<>(ChatRequest.class).read(null,
                    DecoderFactory.get().binaryDecoder(out.toByteArray(), null));
        } finally {
            ClassSecurityValidator.setGlobal(trusted);
        }

        // Then
        assertThat(copy).isEqualTo(request);
        assertThat(tree(ChatRequestJson.write(copy))).isEqualTo(tree(FULL));
    }

    @Test
    void shouldReadKnownFieldsIntoTheRecord() {
        // When
        ChatRequest request = valid(FULL);

        // Then
        assertThat(request.getMessages()).extracting("role").containsExactly(Role.SYSTEM, Role.DEVELOPER, Role.USER,
                Role.ASSISTANT,
                Role.TOOL, Role.TOOL);
        assertThat(request.getMessages().get(2).getParts()).extracting("type").containsExactly(ContentPartType.TEXT,
                ContentPartType.IMAGE_URL, ContentPartType.OTHER);
        assertThat(request.getMessages().get(3).getToolCalls()).hasSize(2);
        assertThat(request.getMaxTokens()).isEqualTo(64);
        assertThat(request.getSeed()).isEqualTo(9007199254740993L);
        assertThat(request.getToolChoice().getMode()).isEqualTo(ToolChoiceMode.FUNCTION);
        assertThat(request.getResponseFormat().getType()).isEqualTo(ResponseFormatType.JSON_SCHEMA);
        assertThat(request.getExtra()).contains("1.10").contains("\"prediction\":null").doesNotContain("temperature");
    }

    @Test
    void shouldDropStreamingWhenAsked() {
        // When
        ChatRequest request = valid(minimal(",\"stream\":true,\"stream_options\":{\"include_usage\":true}"));

        // Then
        assertThat(request.getExtra()).isNull();
        request.setExtra("{\"stream\":true,\"x\":1}");
        assertThat(ChatRequestJson.tree(request).has("stream")).isFalse();
        assertThat(ChatRequestJson.tree(request).path("x").intValue()).isEqualTo(1);
    }

    @Test
    void shouldNotLetExtraOverrideWhenAKnownFieldHasTheName() {
        // Given
        ChatRequest request = valid(minimal(",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]"));

        // When
        request.setExtra(
                "{\"model\":\"other\",\"temperature\":9,\"tools\":[{\"type\":\"evil\",\"function\":{\"name\":\"g\"},\"y\":1}]}");
        JsonNode json = ChatRequestJson.tree(request);

        // Then
        assertThat(json.path("model").textValue()).isEqualTo("chat");
        assertThat(json.has("temperature")).isFalse();
        assertThat(json.at("/tools/0")).isEqualTo(tree("{\"type\":\"function\",\"function\":{\"name\":\"f\"},\"y\":1}"));
        assertThat(paths(ChatRequestJson.validate(request))).containsExactly("extra.model", "extra.temperature");
    }

    @Test
    void shouldTakeEitherNameWhenMaxTokensIsGiven() {
        assertThat(valid(minimal(",\"max_tokens\":5")).getMaxTokens()).isEqualTo(5);
        assertThat(valid(minimal(",\"max_tokens\":5,\"max_completion_tokens\":5")).getMaxTokens()).isEqualTo(5);
        assertThat(paths(invalid(minimal(",\"max_tokens\":5,\"max_completion_tokens\":6")))).containsExactly("max_tokens");
    }

    @Test
    void shouldTakeNullsAsAbsentWhenAFieldIsOptional() {
        // When
        ChatRequest request = valid(minimal(",\"temperature\":null,\"stop\":null,\"tools\":null,\"tool_choice\":null,\"n\":null,"
                + "\"response_format\":null,\"max_tokens\":null,\"user\":null"));

        // Then
        assertThat(ChatRequestJson.tree(request)).isEqualTo(tree(minimal("")));
    }

    @Test
    void shouldReportEveryProblemAtOnce() {
        // When
        List<Violation> violations = invalid("""
                {"messages":[{"role":"user","content":"x"},{"role":"sytem","content":"x"},7,{"role":"user"},
                  {"role":"tool","content":"x"},{"role":"assistant","content":null,"tool_calls":[{"type":"function",
                  "function":{"name":"a b","arguments":{}}}]},{"role":"user","content":[{"type":"text"},{"type":"image_url",
                  "image_url":{"url":"file:///etc/passwd","detail":"huge"}},{}]}],
                 "temperature":"hot","top_p":1.5,"n":0,"stop":["a","b","c","d","e"],"tools":[{"type":"custom"}],
                 "tool_choice":"some","response_format":{"type":"xml"},"max_tokens":1.5,"seed":true}""");

        // Then
        assertThat(paths(violations)).containsExactlyInAnyOrder("model", "messages[1].role", "messages[2]", "messages[3].content",
                "messages[4].tool_call_id", "messages[5].tool_calls[0].id", "messages[5].tool_calls[0].function.name",
                "messages[5].tool_calls[0].function.arguments", "messages[6].content[0].text",
                "messages[6].content[1].image_url.url", "messages[6].content[1].image_url.detail", "messages[6].content[2].type",
                "temperature", "top_p", "n", "stop", "tools[0].type", "tools[0].function", "tool_choice", "response_format.type",
                "max_tokens", "seed");
        assertThat(violations).extracting(Violation::toString)
                .contains("messages[1].role: unknown role 'sytem' (one of system, developer, user, assistant, tool)");
    }

    @Test
    void shouldSayTheSameWhenTheRequestCameAsAvro() {
        // Given
        String json = minimal(
                ",\"temperature\":3,\"top_p\":-1,\"n\":500,\"stop\":[\"\"],\"tool_choice\":\"required\",\"max_tokens\":0,"
                        + "\"tools\":[],\"reasoning_effort\":\"\",\"frequency_penalty\":2.1,\"presence_penalty\":-2.1,\"top_logprobs\":21");
        Violations violations = new Violations();
        ChatRequest request = ChatRequestReader.read(Json.readObject(json.getBytes(StandardCharsets.UTF_8)), violations);
        assertThat(violations.isEmpty()).isTrue();

        // When / Then
        assertThat(ChatRequestJson.validate(request)).isEqualTo(invalid(json)).hasSize(10);
    }

    @Test
    void shouldReportBadJsonWhenAnAvroFieldHoldsIt() {
        // Given
        ChatRequest request = valid(FULL);
        request.getMessages().get(0).setExtra("{\"role\":\"user\"}");
        request.getMessages().get(1).setExtra("nope");
        request.getMessages().get(2).getParts().get(2).setRaw("{}");
        request.getTools().get(0).setParameters("[1]");
        request.getResponseFormat().setJsonSchema("{");
        request.setTemperature(Double.NaN);

        // When / Then
        assertThat(paths(ChatRequestJson.validate(request))).containsExactlyInAnyOrder("messages[0].extra.role",
                "messages[1].extra",
                "messages[2].content[2]", "tools[0].function.parameters", "response_format.json_schema.schema", "temperature");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "null", "[]", "7", "\"x\"", "{", "{\"model\":\"chat\"", "{}{}", "{} x", "{\"a\":1,\"a\":2}",
            "{\"temperature\":NaN}", "{\"temperature\":Infinity}", "{'a':1}", "{\"a\":01}", "{\"a\":\"\\ud800\"}",
            "{\"a\":\"\\x\"}",
            "// c\n{}", "{\"a\":1e99990000000}", "{\"a\":tru}"})
    void shouldRefuseTheBodyWhenItIsNotOneJsonObject(String json) {
        assertThat(paths(invalid(json))).containsExactly("(body)");
    }

    @Test
    void shouldRefuseTheBodyWhenItIsNotUtf8() {
        byte[] json = "{\"model\":\"\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(paths(((ParsedRequest.Invalid) ChatRequestJson.parse(json)).violations())).containsExactly("(body)");
        assertThat(valid(minimal(",\"x\":\"\uFFFD\"")).getExtra()).contains("\uFFFD");
    }

    @Test
    void shouldRefuseTheBodyWhenItIsTooDeepOrTooLarge() {
        assertThat(paths(invalid(minimal(",\"x\":" + "[".repeat(64) + "]".repeat(64))))).containsExactly("(body)");
        assertThat(valid(minimal(",\"x\":" + "[".repeat(58) + "]".repeat(58)))).isNotNull();
        assertThat(paths(invalid("{\"a\":" + "9".repeat(2000) + "}"))).containsExactly("(body)");
        assertThat(paths(((ParsedRequest.Invalid) ChatRequestJson.parse(new byte[Json.MAX_BYTES + 1])).violations()))
                .containsExactly("(body)");
    }

    @Test
    void shouldNeverQuoteContentWhenItReports() {
        // Given
        String canary = "sk-canary secret prompt";
        String json = "{\"model\":\"m\",\"messages\":[{\"role\":\"" + canary
                + "\",\"content\":\"x\"},{\"role\":\"user\",\"content\":{\""
                + canary + "\":1}}],\"tool_choice\":\"" + canary + "\",\"response_format\":{\"type\":\"" + canary
                + "\"},\"tools\":[{\"type\":\""
                + canary + "\"}]}";

        // Then
        assertThat(invalid(json).toString()).doesNotContain("canary");
        assertThat(invalid("{\"a\":" + canary).toString()).doesNotContain("canary");
        assertThat(ChatRequestJson.parse(minimal("").getBytes(StandardCharsets.UTF_8)).toString()).isEqualTo("Valid");
    }

    @Test
    void shouldBoundTheReportWhenEverythingIsWrong() {
        // Given
        String messages = IntStream.range(0, 5000).mapToObj(i -> "{}").collect(Collectors.joining(","));

        // When
        List<Violation> violations = invalid("{\"model\":\"m\",\"messages\":[" + messages + "]}");

        // Then
        assertThat(violations).hasSize(Violations.MAX + 1);
        assertThat(violations.get(Violations.MAX).problem()).isEqualTo((10_000 - Violations.MAX) + " more problems");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"{'role':'assistant','content':null,'refusal':'no'}|true",
            "{'role':'assistant','content':null}|false",
            "{'role':'assistant','audio':{'id':'a'}}|true", "{'role':'user','content':''}|true",
            "{'role':'user','content':[]}|false",
            "{'role':'user','content':'x','tool_calls':[{'id':'a','function':{'name':'f','arguments':'{}'}}]}|false",
            "{'role':'user','content':[{'type':'image_url','image_url':'https://e.org/a.png'}]}|true"})
    void shouldJudgeContentByRole(String message, boolean valid) {
        String json = "{\"model\":\"m\",\"messages\":[" + message.replace('\'', '"') + "]}";
        assertThat(ChatRequestJson.parse(json.getBytes(StandardCharsets.UTF_8)) instanceof ParsedRequest.Valid).isEqualTo(valid);
    }

    @Test
    void shouldNeverThrowWhenTheBodyIsMutated() {
        // Given
        SplittableRandom random = new SplittableRandom(20261121);
        byte[] body = FULL.getBytes(StandardCharsets.UTF_8);
        int valid = 0;

        // When
        for (int i = 0; i < 5_000; i++) {
            byte[] mutated = body.clone();
            for (int k = random.nextInt(1, 4); k > 0; k--) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
            }
            if (ChatRequestJson.parse(mutated) instanceof ParsedRequest.Valid parsed) {
                valid++;
                assertThat(ChatRequestJson.validate(parsed.request())).isEmpty();
                // What was accepted survives being written and read again.
                assertThat(ChatRequestJson.parse(ChatRequestJson.write(parsed.request()))).isEqualTo(parsed);
            }
        }

        // Then
        assertThat(valid).isBetween(100, 4_900);
    }

    private static String minimal(String more) {
        return "{\"model\":\"chat\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]" + more + "}";
    }

    private static ChatRequest valid(String json) {
        ParsedRequest parsed = ChatRequestJson.parse(json.getBytes(StandardCharsets.UTF_8));
        assertThat(parsed).as("%s", parsed).isInstanceOf(ParsedRequest.Valid.class);
        return ((ParsedRequest.Valid) parsed).request();
    }

    private static List<Violation> invalid(String json) {
        ParsedRequest parsed = ChatRequestJson.parse(json.getBytes(StandardCharsets.UTF_8));
        assertThat(parsed).isInstanceOf(ParsedRequest.Invalid.class);
        return ((ParsedRequest.Invalid) parsed).violations();
    }

    private static List<String> paths(List<Violation> violations) {
        return violations.stream().map(Violation::path).toList();
    }

    private static JsonNode tree(String json) {
        return tree(json.getBytes(StandardCharsets.UTF_8));
    }

    private static JsonNode tree(byte[] json) {
        return Json.readObject(json);
    }
}
