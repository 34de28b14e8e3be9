package io.spillway.worker.provider.gemini;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What follows from the number in a model's name. A name without one is taken for the newest generation.
 *
 * @param number major and minor version times ten: 25 for gemini-2.5-pro
 * @param isFlash whether it is one of the small models, which can think least
 */
record ModelGeneration(int number, boolean isFlash) {

    private static final Pattern NAME = Pattern.compile("gemini-(\\d{1,2})(?:\\.(\\d))?(?:\\D|$)");
    private static final int NEWEST = 999;
    private static final int FIRST_WITH_BUDGET = 25;
    private static final int FIRST_WITH_LEVEL = 30;

    static ModelGeneration of(String model) {
        String lower = model.toLowerCase(Locale.ROOT);
        Matcher matcher = NAME.matcher(lower);
        int number = NEWEST;
        if (matcher.find()) {
            String minor = matcher.group(2);
            number = 10 * Integer.parseInt(matcher.group(1)) + (minor == null ? 0 : Integer.parseInt(minor));
        }
        return new ModelGeneration(number, lower.contains("flash"));
    }

    /** From Gemini 3 on, a replayed tool call without a signature is refused. */
    boolean needsSignatures() {
        return number >= FIRST_WITH_LEVEL;
    }

    /** The word of the setting {@code effort} that fits: levels since 3, budgets in 2.5, nothing before. */
    String effort() {
        if (number >= FIRST_WITH_LEVEL) {
            return "level";
        }
        return number >= FIRST_WITH_BUDGET ? "budget" : "refuse";
    }
}
