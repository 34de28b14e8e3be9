package io.spillway.worker.provider.bedrock;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds out which field a refusal complains about, in Bedrock's words or in those of the model's maker, which Bedrock passes on.
 * The names returned are those that a later call can leave out.
 */
final class RefusedFields {

    private record Rule(Pattern pattern, String field) {}

    private static final String MODEL_FIELD = BedrockExtras.MODEL_FIELDS + ".";
    private static final String CACHE_CONTROL = "cache_control";

    /** Fields by the end of their path in lower case. A guardrail is not among them: no call may go without it. */
    private static final Map<String, String> FIELDS = Map.ofEntries(Map.entry("stopsequences", "inferenceConfig.stopSequences"),
            Map.entry("temperature", "inferenceConfig.temperature"), Map.entry("topp", "inferenceConfig.topP"),
            Map.entry("maxtokens", "inferenceConfig.maxTokens"), Map.entry("toolchoice", "toolConfig.toolChoice"),
            Map.entry("effort", "outputConfig.effort"), Map.entry("textformat", "outputConfig.textFormat"),
            Map.entry("outputconfig", "outputConfig"), Map.entry("servicetier", "serviceTier"),
            Map.entry("performanceconfig", "performanceConfig"),
            Map.entry("additionalmodelrequestfields", BedrockExtras.MODEL_FIELDS),
            Map.entry("additionalmodelresponsefieldpaths", "additionalModelResponseFieldPaths"));

    private static final Pattern FIELD = Pattern
            .compile("(?:doesn't|does not) support the ([a-z.]{1,64}) field|the ([a-z.]{1,64}) field (?:isn't|is not) supported");
    private static final Pattern EXTRANEOUS = Pattern.compile("extraneous key \\[([a-z][a-z0-9_]{0,63})\\] is not permitted");
    private static final String REFUSED = ".{0,120}?(not supported|unsupported|deprecated|cannot both|not permitted|not available)";

    private static final List<Rule> RULES = List.of(
            rule("temperature.{0,20}top_?p.{0,20}cannot both", "inferenceConfig.topP"),
            rule("maximum tokens you requested exceeds the model limit|max_?tokens.{0,80}exceeds? the model limit",
                    "inferenceConfig.maxTokens"),
            rule("stop_?sequences?.{0,60}(whitespace|blank)", "inferenceConfig.stopSequences"),
            rule("\\btemperature\\b" + REFUSED, "inferenceConfig.temperature"),
            rule("\\btop_?p\\b" + REFUSED, "inferenceConfig.topP"), rule("\\btop_?k\\b" + REFUSED, MODEL_FIELD + "top_k"),
            rule("\\bthinking\\b" + REFUSED, MODEL_FIELD + "thinking"), rule("\\beffort\\b" + REFUSED, "outputConfig.effort"),
            rule("\\btool_?choice\\b" + REFUSED, "toolConfig.toolChoice"),
            rule("must end with a user message|assistant message prefill", ""),
            // Tools, images, system prompts: what no request can do without.
            rule("this model (?:doesn't|does not) support|is not supported by (?:this|the) model", ""));

    private RefusedFields() {}

    /** The field, or an empty text where something is refused that the request cannot do without. */
    static Optional<String> in(String lowerCaseMessage) {
        if (isCaching(lowerCaseMessage)) {
            return Optional.of(CACHE_CONTROL);
        }
        Matcher named = FIELD.matcher(lowerCaseMessage);
        if (named.find()) {
            return Optional.of(field(named.group(1) == null ? named.group(2) : named.group(1)));
        }
        Matcher extraneous = EXTRANEOUS.matcher(lowerCaseMessage);
        if (extraneous.find()) {
            return Optional.of(MODEL_FIELD + extraneous.group(1));
        }
        return RULES.stream().filter(rule -> rule.pattern().matcher(lowerCaseMessage).find()).map(Rule::field).findFirst();
    }

    static boolean isCaching(String lowerCaseMessage) {
        return lowerCaseMessage.contains("prompt caching") || lowerCaseMessage.contains("cachepoint");
    }

    /** {@code toolconfig.toolchoice.any} is about the choice. */
    private static String field(String path) {
        String[] names = path.split("\\.", -1);
        for (int i = names.length - 1; i >= 0; i--) {
            String field = FIELDS.get(names[i]);
            if (field != null) {
                return field;
            }
        }
        return "";
    }

    private static Rule rule(String text, String field) {
        return new Rule(Pattern.compile(text, Pattern.DOTALL), field);
    }
}
