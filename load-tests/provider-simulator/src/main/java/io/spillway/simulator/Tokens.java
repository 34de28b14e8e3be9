package io.spillway.simulator;

/**
 * How tokens are counted and how long answers are.
 *
 * @param charsPerToken characters that make one token
 * @param answerTokens length that free-text answers are filled up to, unless the client's cap is lower
 * @param reasoningTokens invisible completion tokens added to each answer, within the client's cap
 * @param cachedShare share (0 to 1) of prompts of 1024 tokens and more that is reported as read from the provider's cache
 */
public record Tokens(int charsPerToken, int answerTokens, int reasoningTokens, double cachedShare) {

    public Tokens {
        if (charsPerToken < 1 || answerTokens < 1 || reasoningTokens < 0 || !(cachedShare >= 0 && cachedShare <= 1)) {
            throw new IllegalArgumentException("charsPerToken and answerTokens must be 1 or more, reasoningTokens 0 or more and"
                    + " cachedShare between 0 and 1");
        }
    }

    /** Four characters per token, answers of 48 tokens, no reasoning, nothing cached. */
    public static Tokens standard() {
        return new Tokens(4, 48, 0, 0);
    }

    public Tokens withAnswerTokens(int tokens) {
        return new Tokens(charsPerToken, tokens, reasoningTokens, cachedShare);
    }

    public Tokens withReasoningTokens(int tokens) {
        return new Tokens(charsPerToken, answerTokens, tokens, cachedShare);
    }

    public Tokens withCachedShare(double share) {
        return new Tokens(charsPerToken, answerTokens, reasoningTokens, share);
    }

    /** Tokens of a text with so many characters, rounded up. */
    public int ofChars(int chars) {
        return (chars + charsPerToken - 1) / charsPerToken;
    }

    /** Tokens of a prompt: its text and 3 for the frame of each message. */
    public int ofPrompt(int chars, int messages) {
        return ofChars(chars) + 3 * messages;
    }
}
