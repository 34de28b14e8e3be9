package io.spillway.worker.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.contract.json.Json;
import io.spillway.v1.ChatMessage;
import io.spillway.v1.ChatResponse;
import io.spillway.v1.Choice;

/** What a provider may add to its answers and errors any day, and a dialect must not stumble over. */
final class Tolerance {

    private static final String NEWS = "brand_new";

    private final ProviderAdapterContract dialect;

    Tolerance(ProviderAdapterContract dialect) {
        this.dialect = dialect;
    }

    void assertUnknownFieldsAreTolerated() {
        for (String known : List.of(dialect.answer("hi"), dialect.toolAnswer("toolu_1", "look_up", "{\"q\":1}"),
                dialect.answerWithUsage())) {
            String news = withNews(Json.readObject(known)).toString();
            assertThat(facts(dialect.answered(200, news))).as(news).isEqualTo(facts(dialect.answered(200, known)));
        }
        for (ProviderAdapterContract.ErrorCase error : dialect.errors()) {
            if (error.status() >= 400 && error.body().startsWith("{")) {
                CallOutcome.Failed failed = dialect.failed(error.status(), withNews(Json.readObject(error.body())).toString());
                assertThat(failed.failure().getKind()).as(error.name()).isEqualTo(error.kind());
                assertThat(failed.unsupportedParameter()).as(error.name()).isEqualTo(error.parameter());
            }
        }
    }

    /** The same with one field more in every object. */
    private static JsonNode withNews(JsonNode node) {
        node.forEach(Tolerance::withNews);
        if (node instanceof ObjectNode object) {
            object.putObject(NEWS).putArray("y").add(1);
        }
        return node;
    }

    private static String facts(ChatResponse response) {
        StringBuilder facts = new StringBuilder(response.getId() + response.getModel() + response.getUsage());
        for (Choice choice : response.getChoices()) {
            ChatMessage message = choice.getMessage();
            facts.append(choice.getFinishReason()).append(choice.getNativeFinishReason()).append(message.getContent());
            // Arguments are the tool's own: a field more is an argument more.
            message.getToolCalls().forEach(call -> {
                ObjectNode arguments = Json.readObject(call.getArguments());
                arguments.remove(NEWS);
                facts.append(call.getId()).append(call.getName()).append(arguments);
            });
        }
        return facts.toString();
    }

    void assertUnknownWordsAreTolerated() {
        for (String news : dialect.answersWithUnknownWords("some text")) {
            assertThat(dialect.answered(200, news).getChoices().getFirst().getMessage().getContent()).as(news)
                    .isEqualTo("some text");
        }
        // Any one word may be new: the text is read as it is or not at all, and of what stands beside it nothing depends.
        for (JsonPointer place : words(Json.readObject(dialect.answer("some text")), JsonPointer.empty())) {
            ObjectNode root = Json.readObject(dialect.answer("some text"));
            if (root.at(place).textValue().equals("some text")) {
                continue;
            }
            ((ObjectNode) root.at(place.head())).put(place.last().getMatchingProperty(), NEWS);
            CallOutcome outcome = dialect.outcome(200, root.toString().getBytes(StandardCharsets.UTF_8));
            boolean isBeside = Set.of("role", "object", "id", "model").contains(place.last().getMatchingProperty());
            if (isBeside || outcome instanceof CallOutcome.Answered) {
                assertThat(dialect.answered(200, root.toString()).getChoices().getFirst().getMessage().getContent())
                        .as("%s", place)
                        .isIn(isBeside ? List.of("some text") : Arrays.asList("some text", null));
            }
        }
    }

    void assertUnknownErrorsAreJudgedByStatus() {
        for (ProviderAdapterContract.ErrorCase error : dialect.errors()) {
            if (error.status() >= 400 && error.body().startsWith("{")) {
                ObjectNode root = Json.readObject(error.body());
                for (JsonPointer place : words(root, JsonPointer.empty())) {
                    if (root.at(place.head()) instanceof ObjectNode object) {
                        object.put(place.last().getMatchingProperty(), NEWS);
                    }
                }
                CallOutcome.Failed failed = dialect.failed(error.status(), root.toString());
                // Numbers and the shape may still say what it is.
                assertThat(failed.failure().getKind()).as(error.name()).isIn(error.kind(), StatusKinds.of(error.status()));
                assertThat(failed.unsupportedParameter()).as(error.name()).isIn("", NEWS);
            }
        }
    }

    private static List<JsonPointer> words(JsonNode node, JsonPointer at) {
        List<JsonPointer> words = new ArrayList<>();
        if (node.isTextual()) {
            words.add(at);
        }
        node.properties().forEach(field -> words.addAll(words(field.getValue(), at.appendProperty(field.getKey()))));
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            words.addAll(words(node.get(i), at.appendIndex(i)));
        }
        return words;
    }
}
