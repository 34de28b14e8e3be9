package io.spillway.worker.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.contract.json.ChatResponseJson;
import io.spillway.contract.json.Json;
import io.spillway.v1.ChatResponse;
import io.spillway.v1.Failure;
import io.spillway.v1.FailureKind;
import io.spillway.v1.SendState;
import io.spillway.worker.provider.AnswerAssembler.Progress;
import org.junit.jupiter.api.Test;

/** What every dialect that streams must do. A new one extends this and says how its answers look in pieces. */
public abstract class StreamContract {

    private static final int MUTATIONS = Integer.getInteger("spillway.fuzz", 2_000);
    private static final int CUTS = 60;

    protected abstract ProviderAdapter adapter();

    /** The Content-Type of its streams. */
    protected abstract String contentType();

    /** Complete answers in one piece, the first of them a plain text of at least 20 characters with its usage. */
    protected abstract List<String> answers();

    /** The same answer as messages ready for the wire, cut at random; the last one is the mark of completeness. */
    protected abstract List<String> stream(ObjectNode answer, SplittableRandom random);

    /** Messages that show that the server lives, though nothing of the answer comes. */
    protected abstract List<String> signsOfLife();

    /** A message that says: overloaded. */
    protected abstract String overloaded();

    /** A message that says that the server failed, in a way that no code tells more of. */
    protected abstract String failed();

    /** Messages that have no place in a stream of the dialect. */
    protected abstract List<String> nonsense();

    /** The messages of a mutated stream, as far as its framing finds any: each must be JSON if the stream is an answer. */
    protected abstract boolean isIntact(byte[] stream);

    /** Whether the call, made with the setting {@code stream}, asks for a stream. */
    protected abstract boolean asksToStream(HttpCall call);

    @Test
    void shouldAskForAStreamOnlyWhenTheCatalogueSaysSo() {
        assertThat(asksToStream(adapter().toHttp(call(Map.of("stream", "true"))))).isTrue();
        assertThat(asksToStream(adapter().toHttp(call(Map.of("stream", "false"))))).isFalse();
        assertThat(asksToStream(adapter().toHttp(call(Map.of())))).isFalse();
    }

    @Test
    void shouldTakeAResponseForAStreamByItsMediaType() {
        for (String type : List.of(contentType(), contentType().toUpperCase(java.util.Locale.ROOT),
                contentType() + ";charset=utf-8",
                contentType() + " ; a=b")) {
            assertThat(adapter().stream(call(Map.of()), head(type))).as(type).isPresent();
        }
        for (String type : List.of("application/json", "text/html; charset=utf-8", "", "text/plain", contentType() + "x")) {
            assertThat(adapter().stream(call(Map.of()), head(type))).as(type).isEmpty();
        }
    }

    @Test
    void shouldGiveTheSameAnswerAsInOnePieceWhereverTheStreamIsCut() {
        SplittableRandom random = new SplittableRandom(20261121);
        for (String whole : answers()) {
            ChatResponse expected = unary(whole);
            for (int i = 0; i < CUTS; i++) {
                List<String> messages = stream(Json.readObject(whole), random);
                assertSame(Pieces.feed(assembler(), bytes(messages), random), expected, String.join("", messages));
            }
        }
    }

    @Test
    void shouldGiveTheSameAnswerWhenTheServerShowsThatItLivesInBetween() {
        SplittableRandom random = new SplittableRandom(7);
        for (String whole : answers()) {
            StringBuilder text = new StringBuilder();
            for (String message : stream(Json.readObject(whole), random)) {
                signsOfLife().forEach(text::append);
                text.append(message);
            }
            assertSame(Pieces.feed(assembler(), text.toString().getBytes(StandardCharsets.UTF_8), random), unary(whole), text);
        }
    }

    @Test
    void shouldSeeTokensAndNothingElse() {
        // Given
        AnswerAssembler assembler = assembler();
        List<String> messages = stream(Json.readObject(answers().getFirst()), new SplittableRandom(3));
        int tokens = 0;

        // When
        for (String message : messages) {
            for (String sign : signsOfLife()) {
                assertThat(feed(assembler, sign)).as(sign).isEqualTo(Progress.NOTHING);
            }
            byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
            // Half a message is no token.
            assertThat(assembler.feed(bytes, 0, bytes.length / 2)).as(message).isEqualTo(Progress.NOTHING);
            Progress progress = assembler.feed(bytes, bytes.length / 2, bytes.length - bytes.length / 2);
            tokens += progress == Progress.TOKEN ? 1 : 0;
        }

        // Then
        assertThat(tokens).as("%s", messages).isBetween(2, messages.size());
        assertThat(assembler.end()).isInstanceOf(CallOutcome.Answered.class);
    }

    @Test
    void shouldCallEveryTruncatedStreamMalformed() {
        for (String whole : answers()) {
            byte[] stream = String.join("", stream(Json.readObject(whole), new SplittableRandom(1))).strip()
                    .getBytes(StandardCharsets.UTF_8);
            for (int length = 0; length < stream.length; length++) {
                AnswerAssembler assembler = assembler();
                assembler.feed(stream, 0, length);
                assertMalformed(assembler.end(), new String(stream, 0, length, StandardCharsets.UTF_8));
            }
        }
    }

    @Test
    void shouldCallAStreamWithoutItsMarkMalformed() {
        for (String whole : answers()) {
            List<String> messages = stream(Json.readObject(whole), new SplittableRandom(1));
            String text = String.join("", messages.subList(0, messages.size() - 1));
            AnswerAssembler assembler = assembler();
            feed(assembler, text);
            assertMalformed(assembler.end(), text);
        }
    }

    @Test
    void shouldEndAtOnceWithTheErrorThatAStreamReports() {
        List<String> messages = stream(Json.readObject(answers().getFirst()), new SplittableRandom(1));
        for (int tokens = 0; tokens < messages.size(); tokens++) {
            for (Map.Entry<String, FailureKind> error : Map
                    .of(overloaded(), FailureKind.OVERLOADED, failed(), FailureKind.SERVER_ERROR).entrySet()) {
                AnswerAssembler assembler = assembler();
                feed(assembler, String.join("", messages.subList(0, tokens)));
                assertThat(feed(assembler, error.getKey())).isEqualTo(Progress.ENDED);
                // What follows does not make it better.
                assertThat(feed(assembler, messages.getLast())).isEqualTo(Progress.ENDED);
                Failure failure = ((CallOutcome.Failed) assembler.end()).failure();
                assertThat(failure.getKind()).as(error.getKey()).isEqualTo(error.getValue());
                assertThat(failure.getSent()).isEqualTo(SendState.ANSWERED);
                assertThat(failure.getMaybePaid()).isTrue();
            }
        }
    }

    @Test
    void shouldEndAtOnceWhenAMessageMakesNoSense() {
        List<String> messages = stream(Json.readObject(answers().getFirst()), new SplittableRandom(1));
        for (String message : nonsense()) {
            AnswerAssembler assembler = assembler();
            feed(assembler, messages.get(0) + messages.get(1));
            assertThat(feed(assembler, message)).as(message).isEqualTo(Progress.ENDED);
            assertMalformed(assembler.end(), message);
        }
    }

    @Test
    void shouldCallAMessageWithoutEndMalformed() {
        AnswerAssembler assembler = assembler();
        byte[] block = new byte[64 * 1024];
        Arrays.fill(block, (byte) 'a');
        int fed = 0;
        while (assembler.feed(block, 0, block.length) != Progress.ENDED) {
            fed += block.length;
            assertThat(fed).as("bytes kept of one message").isLessThan(16 * 1024 * 1024);
        }
        assertMalformed(assembler.end(), "a message without end");
    }

    @Test
    void shouldCallAnInvalidEncodingMalformed() {
        String whole = answers().getFirst();
        byte[] latin = String.join("", stream(Json.readObject(whole.replaceFirst("(?<=\")[A-Za-z]+(?= )", "caf\u00e9")),
                new SplittableRandom(1))).getBytes(StandardCharsets.ISO_8859_1);
        AnswerAssembler assembler = assembler();
        assembler.feed(latin, 0, latin.length);
        assertThat(new String(latin, StandardCharsets.ISO_8859_1)).contains("\u00e9");
        assertMalformed(assembler.end(), "Latin 1");
    }

    @Test
    void shouldNeverThrowAndNeverTakeABrokenStreamForAnAnswer() {
        // Given
        SplittableRandom random = new SplittableRandom(20261122);
        List<String> answers = answers();
        int answered = 0;

        // When
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] whole = bytes(stream(Json.readObject(answers.get(i % answers.size())), random));
            byte[] mutated = Mutations.mutate(whole, random);
            CallOutcome outcome = Pieces.feed(assembler(), mutated, random);
            if (outcome instanceof CallOutcome.Answered answer) {
                answered++;
                assertThat(isIntact(mutated)).as("an answer from %s", new String(mutated, StandardCharsets.UTF_8)).isTrue();
                BodyFuzz.assertIsAnswer(answer.response());
            }
        }

        // Then
        assertThat(answered).isBetween(MUTATIONS / 100, MUTATIONS * 9 / 10);
    }

    @Test
    void shouldNeverRepeatKeyOrPromptWhenAStreamEchoesThem() {
        for (String echo : List.of(Calls.CANARY_KEY, Calls.CANARY_PROMPT)) {
            for (String message : List.of(overloaded(), failed())) {
                AnswerAssembler assembler = assembler();
                feed(assembler, message.replaceAll("(\"(?:message|code|type|error)\":\\s*\")[^\"]*\"", "$1" + echo + "\""));
                CallOutcome outcome = assembler.end();
                assertThat(outcome instanceof CallOutcome.Failed failed ? failed.failure() + failed.unsupportedParameter() : "")
                        .isNotEmpty().doesNotContain("canary").doesNotContain("walrus");
            }
        }
    }

    public final ProviderCall call(Map<String, String> settings) {
        return Calls.with(Calls.request(Calls.user("hi")), settings(settings), Set.of());
    }

    /** The settings without which the dialect cannot make a call. */
    protected Map<String, String> settings(Map<String, String> given) {
        return given;
    }

    public final AnswerAssembler assembler() {
        return adapter().stream(call(Map.of()), head(contentType())).orElseThrow();
    }

    protected final CallOutcome outcome(String stream) {
        AnswerAssembler assembler = assembler();
        feed(assembler, stream);
        return assembler.end();
    }

    protected final ChatResponse answered(String stream) {
        CallOutcome outcome = outcome(stream);
        assertThat(outcome).as(stream).isInstanceOf(CallOutcome.Answered.class);
        return ((CallOutcome.Answered) outcome).response();
    }

    protected static Progress feed(AnswerAssembler assembler, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return assembler.feed(bytes, 0, bytes.length);
    }

    protected static HttpAnswer head(String contentType) {
        return new HttpAnswer(200, Map.of("content-type", List.of(contentType)), new byte[0]);
    }

    protected static boolean isJson(byte[] data) {
        return Mutations.isJson(data);
    }

    protected static void assertMalformed(CallOutcome outcome, String stream) {
        assertThat(outcome).as(stream).isInstanceOf(CallOutcome.Failed.class);
        Failure failure = ((CallOutcome.Failed) outcome).failure();
        assertThat(failure.getKind()).as(stream).isEqualTo(FailureKind.MALFORMED_RESPONSE);
        assertThat(failure.getMaybePaid()).isTrue();
    }

    private ChatResponse unary(String whole) {
        CallOutcome outcome = adapter().fromHttp(call(Map.of()),
                new HttpAnswer(200, Map.of(), whole.getBytes(StandardCharsets.UTF_8)));
        assertThat(outcome).as(whole).isInstanceOf(CallOutcome.Answered.class);
        return ((CallOutcome.Answered) outcome).response();
    }

    private static void assertSame(CallOutcome outcome, ChatResponse expected, CharSequence stream) {
        assertThat(outcome).as("%s", stream).isInstanceOf(CallOutcome.Answered.class);
        ChatResponse response = ((CallOutcome.Answered) outcome).response();
        assertThat(tree(response)).as("%s", stream).isEqualTo(tree(expected));
        assertThat(response.getUsage()).isEqualTo(expected.getUsage());
    }

    /** All of a response but the order of unknown fields and those that are null, which say nothing. */
    private static JsonNode tree(ChatResponse response) {
        JsonNode tree = Json.readValue(Json.text(ChatResponseJson.tree(response)));
        stripNulls(tree);
        return tree;
    }

    private static void stripNulls(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.properties().removeIf(field -> field.getValue().isNull());
        }
        node.forEach(StreamContract::stripNulls);
    }

    private static byte[] bytes(List<String> messages) {
        return String.join("", messages).getBytes(StandardCharsets.UTF_8);
    }
}
