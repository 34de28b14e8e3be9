package io.spillway.worker.provider.gemini;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds out which parameter a 400 complains about. The wording differs by model and surface; a parameter counts as refused only
 * where the sentence says that this model, or the API, does not have it. The names returned are those that a later call can
 * leave out.
 */
final class RefusedParameters {

    private record Rule(Pattern pattern, String parameter) {}

    /** Both penalties. */
    static final String PENALTIES = "penalties";

    private static final String REFUSED = "[^.]{0,80}?(not supported|unsupported|not enabled|not available|not allowed|cannot be used|does not support)";
    private static final String REFUSING = "(not supported|unsupported|does not support|doesn't support)[^.]{0,80}?";

    private static final List<Rule> RULES = List.of(rule("thought.?signature", "thoughtSignature"),
            either("function calling with a response mime type", "response_format"),
            either("thinking.?(level|budget|config)|thinking", "generationConfig.thinkingConfig"),
            either("multiple candidates|candidate.?count", "generationConfig.candidateCount"),
            either("json mode|response.?mime.?type|response.?(json.?)?schema|controlled generation|structured output",
                    "response_format"),
            either("log.?probs?", "logprobs"), either("presence.?penalty", "generationConfig.presencePenalty"),
            either("frequency.?penalty", "generationConfig.frequencyPenalty"),
            // Older models name no single one.
            either("penalt(y|ies)", PENALTIES), either("seed", "generationConfig.seed"),
            either("temperature", "generationConfig.temperature"), either("top.?p", "generationConfig.topP"),
            either("top.?k", "generationConfig.topK"), either("stop.?sequences?", "generationConfig.stopSequences"),
            either("developer instruction|system.?instruction", ""), either("function calling|tool use|tools?", ""),
            either("(image|audio|video) (input )?modality", ""));

    /** What an older proxy or surface says to a field it has never heard of. */
    private static final Pattern UNKNOWN_NAME = Pattern
            .compile("unknown name \"([a-z_]{1,40})\" at '(?:generation_?config)'");

    private RefusedParameters() {}

    /** The parameter, or an empty text where something is refused that the request cannot do without. */
    static Optional<String> in(String lowerCaseMessage) {
        Matcher unknown = UNKNOWN_NAME.matcher(lowerCaseMessage);
        if (unknown.find()) {
            return Optional.of(wireName(unknown.group(1)).map(name -> "generationConfig." + name).orElse(""));
        }
        return RULES.stream().filter(rule -> rule.pattern().matcher(lowerCaseMessage).find()).map(Rule::parameter).findFirst();
    }

    /** Only names that this dialect writes: anything else could be the caller's text. */
    private static Optional<String> wireName(String given) {
        String plain = given.replace("_", "");
        return List.of("temperature", "topP", "topK", "presencePenalty", "frequencyPenalty", "seed", "responseLogprobs",
                "logprobs", "maxOutputTokens", "candidateCount", "stopSequences", "responseMimeType", "responseSchema",
                "responseJsonSchema", "thinkingConfig").stream().filter(name -> name.toLowerCase(Locale.ROOT).equals(plain))
                .findFirst();
    }

    private static Rule rule(String text, String parameter) {
        return new Rule(Pattern.compile(text), parameter);
    }

    private static Rule either(String text, String parameter) {
        return rule("\\b(" + text + ")\\b" + REFUSED + "|" + REFUSING + "\\b(" + text + ")\\b", parameter);
    }
}
