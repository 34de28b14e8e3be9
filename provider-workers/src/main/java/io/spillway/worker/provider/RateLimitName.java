package io.spillway.worker.provider;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the name of a rate-limit header says. All dialects compose their names of the same words (limit, remaining or reset; requests or
 * tokens; sometimes the window), so the words are read, not the dialects: {@code x-ratelimit-remaining-tokens} (OpenAI, Azure, Groq and
 * most others), {@code anthropic-ratelimit-tokens-remaining}, {@code x-ratelimit-limit-req-minute} (Mistral),
 * {@code x-ratelimit-reset-requests-day} (Cerebras, SambaNova), {@code x-ratelimit-reset} (OpenRouter), {@code ratelimit-remaining} (the
 * IETF draft).
 */
record RateLimitName(Figure figure, Window window) {

    /** Which of a window's three figures the header gives. */
    enum Figure {
        LIMIT, REMAINING, RESET
    }

    /**
     * Which window of which quota a header is about.
     *
     * @param isTokens tokens are counted, not requests
     * @param isNamed the name says which of both
     * @param isPart only some of the tokens are counted
     * @param period {@code minute}, {@code day}...; empty when the name has none
     * @param words all of the name's words but the figure's, sorted: they tell windows apart
     */
    record Window(boolean isTokens, boolean isNamed, boolean isPart, String period, String words) {}

    private static final Pattern NAME = Pattern.compile("(?:x-|anthropic-)?ratelimit(bysize)?-([a-z-]{1,60})");
    private static final Set<String> COUNTED = Set.of("tokens", "requests", "project");
    private static final Set<String> PARTS = Set.of("input", "output", "prompt", "generated");
    private static final Set<String> PERIODS = Set.of("second", "minute", "hour", "day", "month");

    /** Empty for other headers and for names with words of unknown meaning. */
    static Optional<RateLimitName> parse(String name) {
        Matcher matcher = NAME.matcher(name);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        Set<Figure> figures = new HashSet<>();
        Set<String> words = new HashSet<>();
        for (String word : List.of(matcher.group(2).split("-"))) {
            switch (word) {
                case "limit" -> figures.add(Figure.LIMIT);
                case "remaining" -> figures.add(Figure.REMAINING);
                case "reset" -> figures.add(Figure.RESET);
                case "req", "request" -> words.add("requests");
                case "token" -> words.add("tokens");
                default -> words.add(word);
            }
        }
        if (figures.size() != 1) {
            return Optional.empty();
        }
        return window(words, matcher.group(1) != null).map(window -> new RateLimitName(figures.iterator().next(), window));
    }

    private static Optional<Window> window(Set<String> words, boolean isBySize) {
        boolean isTokens = words.contains("tokens");
        boolean isRequests = words.contains("requests");
        boolean isPart = false;
        String period = "";
        for (String word : words) {
            if (PARTS.contains(word)) {
                isPart = true;
            } else if (PERIODS.contains(word)) {
                period = word;
            } else if (!COUNTED.contains(word)) {
                return Optional.empty();
            }
        }
        if (isTokens && isRequests) {
            return Optional.empty();
        }
        String sorted = String.join("-", words.stream().sorted().toList());
        return Optional.of(new Window(isTokens || (isBySize && !isRequests), isTokens || isRequests, isPart, period, sorted));
    }
}
