package io.spillway.worker.provider.anthropic;

import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.contract.json.Json;
import io.spillway.v1.ChatMessage;
import io.spillway.v1.ChatRequest;
import io.spillway.v1.Role;
import io.spillway.worker.provider.ProviderCall;
import io.spillway.worker.provider.UntranslatableRequestException;

/**
 * Writes the conversation: system and developer messages go to the top, consecutive turns of one side become one turn, tool
 * results stand first in the user's turn.
 */
final class AnthropicMessages {

    /** The first turn must be the user's; a conversation cut in front of an assistant's turn gets this one. */
    private static final String OPENING = "Continue.";

    private final ProviderCall call;
    private final ArrayNode system = Json.array();
    private final List<Turn> turns = new ArrayList<>();

    AnthropicMessages(ProviderCall call) {
        this.call = call;
    }

    void writeTo(ObjectNode body) {
        ChatRequest request = call.request();
        for (ChatMessage message : request.getMessages()) {
            switch (message.getRole()) {
                case SYSTEM, DEVELOPER -> system.addAll(AnthropicBlocks.content(message));
                case USER, UNKNOWN -> turn(false).blocks.addAll(AnthropicBlocks.content(message));
                case TOOL -> turn(false).results.add(AnthropicBlocks.toolResult(message));
                case ASSISTANT -> turn(true).blocks.addAll(AnthropicBlocks.assistant(message));
            }
        }
        turns.removeIf(Turn::isEmpty);
        checkLast();
        begin();
        putSystem(body);
        ArrayNode messages = body.putArray("messages");
        turns.forEach(turn -> messages.add(turn.write()));
    }

    private Turn turn(boolean isAssistant) {
        if (turns.isEmpty() || turns.getLast().isAssistant != isAssistant) {
            turns.add(new Turn(isAssistant));
        }
        return turns.getLast();
    }

    /** A last turn of the assistant's is a prefill, which newer models refuse; one with open tool calls makes no sense. */
    private void checkLast() {
        ChatMessage last = call.request().getMessages().getLast();
        if (turns.isEmpty() || !turns.getLast().isAssistant) {
            return;
        }
        boolean hasOpenCalls = last.getRole() == Role.ASSISTANT && !last.getToolCalls().isEmpty();
        if (hasOpenCalls || !call.setting("prefill", "refuse").equals("accept")) {
            throw UntranslatableRequestException
                    .unsupportedContent("The conversation ends with the assistant's turn, which this deployment does not take.");
        }
        turns.getLast().stripEnd();
    }

    private void begin() {
        if (turns.isEmpty()) {
            // Only a system prompt: it is what the user says.
            Turn only = new Turn(false);
            system.forEach(block -> only.blocks.add((ObjectNode) block));
            system.removeAll();
            turns.add(only);
        } else if (turns.getFirst().isAssistant) {
            Turn opening = new Turn(false);
            opening.blocks.add(AnthropicBlocks.text(OPENING));
            turns.addFirst(opening);
        }
        if (turns.getFirst().isEmpty()) {
            throw UntranslatableRequestException
                    .unsupportedContent("The conversation has no text, which this dialect does not take.");
        }
    }

    private void putSystem(ObjectNode body) {
        if (system.size() == 1 && system.get(0).size() == 2) {
            body.put("system", system.get(0).path("text").asText());
        } else if (!system.isEmpty()) {
            body.set("system", system);
        }
    }

    /** One side's turn. */
    private static final class Turn {

        private final boolean isAssistant;
        private final List<ObjectNode> results = new ArrayList<>();
        private final List<ObjectNode> blocks = new ArrayList<>();

        Turn(boolean isAssistant) {
            this.isAssistant = isAssistant;
        }

        boolean isEmpty() {
            return results.isEmpty() && blocks.isEmpty();
        }

        /** A prefill must not end with white space. */
        void stripEnd() {
            ObjectNode last = blocks.getLast();
            if (last.path("text").isTextual()) {
                last.put("text", last.path("text").textValue().stripTrailing());
            }
        }

        ObjectNode write() {
            ObjectNode message = Json.object().put("role", isAssistant ? "assistant" : "user");
            boolean isPlainText = results.isEmpty() && blocks.size() == 1 && blocks.getFirst().size() == 2
                    && blocks.getFirst().path("type").asText().equals("text");
            if (isPlainText) {
                return message.put("content", blocks.getFirst().path("text").asText());
            }
            message.putArray("content").addAll(results).addAll(blocks);
            return message;
        }
    }
}
