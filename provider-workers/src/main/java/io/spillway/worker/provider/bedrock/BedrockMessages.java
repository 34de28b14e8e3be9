package io.spillway.worker.provider.bedrock;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.contract.json.Json;
import io.spillway.v1.ChatMessage;
import io.spillway.v1.Role;
import io.spillway.worker.provider.ProviderCall;
import io.spillway.worker.provider.UntranslatableRequestException;

/**
 * Writes the conversation: system and developer messages go to the top, consecutive turns of one side become one turn, because
 * Bedrock wants them to alternate, and tool results stand first in the user's turn.
 */
final class BedrockMessages {

    /** The first turn must be the user's; a conversation cut in front of an assistant's turn gets this one. */
    private static final String OPENING = "Continue.";

    private final ProviderCall call;
    private final BedrockBlocks write;
    private final List<ObjectNode> system = new ArrayList<>();
    private final List<Turn> turns = new ArrayList<>();

    BedrockMessages(ProviderCall call, Set<String> dropped) {
        this.call = call;
        this.write = new BedrockBlocks(new CachePoints(call, dropped));
    }

    void writeTo(ObjectNode body) {
        for (ChatMessage message : call.request().getMessages()) {
            switch (message.getRole()) {
                case SYSTEM, DEVELOPER -> system.addAll(write.content(message));
                case USER, UNKNOWN -> turn(false).blocks.addAll(write.content(message));
                case TOOL -> turn(false).results.addAll(write.toolResult(message));
                case ASSISTANT -> turn(true).blocks.addAll(write.assistant(message));
            }
        }
        turns.removeIf(Turn::isEmpty);
        merge();
        checkLast();
        begin();
        if (!system.isEmpty()) {
            checkSystem();
            body.putArray("system").addAll(system);
        }
        ArrayNode messages = body.putArray("messages");
        turns.forEach(turn -> messages.add(turn.write()));
    }

    private Turn turn(boolean isAssistant) {
        if (turns.isEmpty() || turns.getLast().isAssistant != isAssistant) {
            turns.add(new Turn(isAssistant));
        }
        return turns.getLast();
    }

    /** An empty turn that is left out leaves two of the other side behind. */
    private void merge() {
        for (int i = turns.size() - 1; i > 0; i--) {
            Turn before = turns.get(i - 1);
            if (before.isAssistant == turns.get(i).isAssistant) {
                before.results.addAll(turns.get(i).results);
                before.blocks.addAll(turns.get(i).blocks);
                turns.remove(i);
            }
        }
    }

    /** A last turn of the assistant's is a prefill, which many models refuse; one with open tool calls makes no sense. */
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
            only.blocks.addAll(system);
            system.clear();
            turns.add(only);
        } else if (turns.getFirst().isAssistant) {
            Turn opening = new Turn(false);
            opening.blocks.add(BedrockBlocks.text(OPENING));
            turns.addFirst(opening);
        }
        if (turns.getFirst().isEmpty()) {
            throw UntranslatableRequestException
                    .unsupportedContent("The conversation has no text, which this dialect does not take.");
        }
    }

    private void checkSystem() {
        if (system.stream().anyMatch(block -> block.has("image"))) {
            throw UntranslatableRequestException
                    .unsupportedContent("A system message has an image, which this dialect does not take.");
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
            message.putArray("content").addAll(results).addAll(blocks);
            return message;
        }
    }
}
