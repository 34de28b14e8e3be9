package io.spillway.worker.provider.gemini;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.contract.json.Json;
import io.spillway.v1.ChatMessage;
import io.spillway.v1.Role;
import io.spillway.v1.ToolCall;
import io.spillway.worker.provider.ProviderCall;
import io.spillway.worker.provider.UntranslatableRequestException;

/**
 * Writes the conversation: system and developer messages become the system instruction, consecutive turns of one side become
 * one turn, tool results stand first in the user's turn.
 */
final class GeminiContents {

    /** The first turn must be the user's; a conversation cut in front of the model's turn gets this one. */
    private static final String OPENING = "Continue.";

    private final ProviderCall call;
    private final GeminiParts parts;
    private final List<ObjectNode> system = new ArrayList<>();
    private final List<Turn> turns = new ArrayList<>();
    /** A result names its function, which in OpenAI's shape only the call does. */
    private final Map<String, String> functionByCall = new HashMap<>();

    GeminiContents(ProviderCall call, Surface surface) {
        this.call = call;
        this.parts = new GeminiParts(call, surface);
    }

    void writeTo(ObjectNode body) {
        for (ChatMessage message : call.request().getMessages()) {
            switch (message.getRole()) {
                case SYSTEM, DEVELOPER -> system.addAll(parts.content(message));
                case USER, UNKNOWN -> turn(false).parts.addAll(parts.content(message));
                case TOOL -> addResult(message);
                case ASSISTANT -> {
                    for (ToolCall toolCall : message.getToolCalls()) {
                        functionByCall.put(toolCall.getId(), toolCall.getName());
                    }
                    turn(true).parts.addAll(parts.assistant(message));
                }
            }
        }
        turns.removeIf(Turn::isEmpty);
        begin();
        checkLast();
        if (!system.isEmpty()) {
            body.putObject("systemInstruction").putArray("parts").addAll(system);
        }
        ArrayNode contents = body.putArray("contents");
        turns.forEach(turn -> contents.add(turn.write()));
    }

    private void addResult(ChatMessage message) {
        String callId = message.getToolCallId() == null ? "" : message.getToolCallId();
        String declared = message.getName() == null ? "" : message.getName();
        String function = functionByCall.getOrDefault(callId, declared);
        if (function.isEmpty()) {
            throw UntranslatableRequestException.unsupportedContent(
                    "A tool result answers no call of the conversation, and this dialect must name its function.");
        }
        Turn turn = turn(false);
        turn.results.add(GeminiParts.functionResponse(message, callId, function));
        turn.parts.addAll(parts.images(message));
    }

    private Turn turn(boolean isModel) {
        if (turns.isEmpty() || turns.getLast().isModel != isModel) {
            turns.add(new Turn(isModel));
        }
        return turns.getLast();
    }

    private void begin() {
        if (turns.isEmpty()) {
            // Only a system prompt: it is what the user says.
            Turn only = new Turn(false);
            only.parts.addAll(system);
            system.clear();
            turns.add(only);
        } else if (turns.getFirst().isModel) {
            Turn opening = new Turn(false);
            opening.parts.add(GeminiParts.text(OPENING));
            turns.addFirst(opening);
        }
        if (turns.getFirst().isEmpty()) {
            throw UntranslatableRequestException
                    .unsupportedContent("The conversation has no text, which this dialect does not take.");
        }
    }

    /** The model may go on with its own text, but not in front of a result that is missing. */
    private void checkLast() {
        ChatMessage last = call.request().getMessages().getLast();
        boolean hasOpenCalls = last.getRole() == Role.ASSISTANT && !last.getToolCalls().isEmpty();
        if (hasOpenCalls) {
            throw UntranslatableRequestException
                    .unsupportedContent(
                            "The conversation ends with a tool call that has no result, which this dialect does not take.");
        }
    }

    /** One side's turn. */
    private static final class Turn {

        private final boolean isModel;
        private final List<ObjectNode> results = new ArrayList<>();
        private final List<ObjectNode> parts = new ArrayList<>();

        Turn(boolean isModel) {
            this.isModel = isModel;
        }

        boolean isEmpty() {
            return results.isEmpty() && parts.isEmpty();
        }

        ObjectNode write() {
            ObjectNode content = Json.object().put("role", isModel ? "model" : "user");
            content.putArray("parts").addAll(results).addAll(parts);
            return content;
        }
    }
}
