package io.spillway.router.topology;

import io.spillway.v1.ChatMessage;
import io.spillway.v1.ChatRequest;
import io.spillway.v1.ContentPart;
import io.spillway.v1.ContentPartType;

/** How large a prompt is at least, and whether it has images. */
final class PromptSize {

    /**
     * More characters than any common tokenizer packs into one token on average: English API documentation, the densest text
     * measured, has 4.5. So characters divided by this is a lower bound.
     */
    private static final int MOST_CHARACTERS_PER_TOKEN = 6;

    private PromptSize() {}

    static long leastTokens(ChatRequest request) {
        long characters = 0;
        for (ChatMessage message : request.getMessages()) {
            characters += message.getContent() == null ? 0 : message.getContent().length();
            for (ContentPart part : message.getParts()) {
                characters += part.getText() == null ? 0 : part.getText().length();
            }
        }
        return characters / MOST_CHARACTERS_PER_TOKEN;
    }

    static boolean hasImages(ChatRequest request) {
        return request.getMessages().stream()
                .anyMatch(message -> message.getParts().stream().anyMatch(part -> part.getType() == ContentPartType.IMAGE_URL));
    }
}
