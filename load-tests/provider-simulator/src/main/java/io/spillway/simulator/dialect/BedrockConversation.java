package io.spillway.simulator.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Base64;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Checks messages as Bedrock does: user first, sides alternating, no blank text, every tool call answered in the next turn. */
final class BedrockConversation {

    private static final Set<String> BLOCKS = Set.of("text", "image", "document", "video", "audio", "toolUse", "toolResult",
            "guardContent", "cachePoint", "reasoningContent", "citationsContent", "searchResult");
    private static final Set<String> SYSTEM = Set.of("text", "guardContent", "cachePoint");
    private static final Set<String> IMAGES = Set.of("png", "jpeg", "gif", "webp");
    private static final String ID = "[a-zA-Z0-9_.:-]{1,64}";
    private static final int IMAGE_CHARS = 4_000;

    private BedrockConversation() {}

    static Optional<String> problem(JsonNode body, PromptDigest prompt) {
        for (JsonNode block : body.path("system")) {
            prompt.startMessage("system");
            Optional<String> problem = union(block, SYSTEM);
            if (problem.isPresent()) {
                return problem;
            }
            digest(block, prompt);
        }
        JsonNode messages = body.path("messages");
        if (!messages.isArray() || messages.isEmpty()) {
            return Optional.of("1 validation error detected: Value at 'messages' failed to satisfy constraint: Member must not be"
                    + " null");
        }
        String before = "";
        Set<String> open = new HashSet<>();
        for (JsonNode message : messages) {
            String role = message.path("role").asText("");
            if (!role.equals("user") && !role.equals("assistant")) {
                return Optional.of("Value at 'messages.role' failed to satisfy constraint: Member must satisfy enum value set:"
                        + " [user, assistant]");
            }
            if (before.isEmpty() && role.equals("assistant")) {
                return Optional.of("A conversation must start with a user message. Try again with a conversation that starts with"
                        + " a user message.");
            }
            if (role.equals(before)) {
                return Optional.of("A conversation must alternate between user and assistant roles.");
            }
            before = role;
            prompt.startMessage(role);
            Optional<String> problem = message(message, open, prompt);
            if (problem.isPresent()) {
                return problem;
            }
            if ((message.toString().contains("\"toolUse\"") || message.toString().contains("\"toolResult\""))
                    && !body.has("toolConfig")) {
                return Optional.of("The toolConfig field must be defined when using toolUse and toolResult content blocks.");
            }
        }
        return Optional.empty();
    }

    private static Optional<String> message(JsonNode message, Set<String> open, PromptDigest prompt) {
        JsonNode content = message.path("content");
        if (!content.isArray() || content.isEmpty()) {
            return Optional.of("The content field in the Message object is empty. Add a ContentBlock object to the content field"
                    + " and try again.");
        }
        Set<String> expected = Set.copyOf(open);
        open.clear();
        Set<String> answered = new HashSet<>();
        for (JsonNode block : content) {
            Optional<String> problem = union(block, BLOCKS).or(() -> block(block, open, answered, prompt));
            if (problem.isPresent()) {
                return problem;
            }
        }
        if (!answered.equals(expected)) {
            return Optional.of(answered.containsAll(expected)
                    ? "The number of toolResult blocks exceeds the number of toolUse blocks of previous turn."
                    : "Expected toolResult blocks for the following Ids: " + String.join(", ", expected));
        }
        return Optional.empty();
    }

    private static Optional<String> union(JsonNode block, Set<String> members) {
        Optional<String> unknown = BedrockRequest.unknown(block, members);
        if (unknown.isPresent() || block.size() == 1) {
            return block.path("text").isTextual() && block.path("text").textValue().isBlank()
                    ? Optional
                            .of("The text field in the ContentBlock object is blank. Add text to the text field, and try again.")
                    : unknown;
        }
        return Optional.of("A ContentBlock must set exactly one member.");
    }

    private static Optional<String> block(JsonNode block, Set<String> open, Set<String> answered, PromptDigest prompt) {
        digest(block, prompt);
        JsonNode use = block.path("toolUse");
        JsonNode result = block.path("toolResult");
        if (use.isObject()) {
            prompt.text(use.path("name").asText() + use.path("input"));
            open.add(use.path("toolUseId").asText(""));
            boolean isWhole = use.path("toolUseId").asText("").matches(ID) && use.path("input").isObject()
                    && !use.path("name").asText("").isEmpty();
            return isWhole
                    ? Optional.empty()
                    : Optional.of("The toolUse block is invalid: toolUseId, name and input are needed.");
        }
        if (result.isObject()) {
            prompt.weight(result.path("content").toString().length());
            answered.add(result.path("toolUseId").asText(""));
            return result.path("content").isArray()
                    ? Optional.empty()
                    : Optional.of("Value at 'toolResult.content' failed to satisfy constraint: Member must not be null");
        }
        return block.has("image") ? image(block.path("image"), prompt) : Optional.empty();
    }

    private static void digest(JsonNode block, PromptDigest prompt) {
        if (block.path("text").isTextual()) {
            prompt.text(block.path("text").textValue());
        }
    }

    private static Optional<String> image(JsonNode image, PromptDigest prompt) {
        prompt.weight(IMAGE_CHARS);
        try {
            boolean isGood = IMAGES.contains(image.path("format").asText(""))
                    && Base64.getDecoder().decode(image.path("source").path("bytes").asText("")).length > 0;
            return isGood ? Optional.empty() : Optional.of("Could not process image");
        } catch (IllegalArgumentException e) {
            return Optional.of("Could not process image");
        }
    }
}
