package io.spillway.contract.json;

import java.util.Locale;

/**
 * What to do with escapes such as a {@code \}{@code ud83d} that is not half of a pair. JSON allows them, UTF-8 cannot hold
 * them, so they cannot be passed on.
 */
enum Surrogates {
    /** Replace by U+FFFD. */
    REPAIR,
    /** Throw {@link MalformedJsonException}. */
    REFUSE;

    private static final String REPLACEMENT = "\\ufffd";
    private static final int ESCAPE = 6;

    String apply(String json) {
        if (!json.contains("\\ud") && !json.contains("\\uD")) {
            return json;
        }
        String repaired = repair(json);
        if (this == REFUSE && !repaired.equals(json)) {
            throw new MalformedJsonException("has an escape that is half of a surrogate pair");
        }
        return repaired;
    }

    private static String repair(String json) {
        StringBuilder out = new StringBuilder(json.length());
        int i = 0;
        while (i < json.length()) {
            char c = json.charAt(i);
            if (c != '\\') {
                out.append(c);
                i++;
            } else if (isEscape(json, i, "89ab") && isEscape(json, i + ESCAPE, "cdef")) {
                out.append(json, i, i + 2 * ESCAPE);
                i += 2 * ESCAPE;
            } else if (isEscape(json, i, "89abcdef")) {
                out.append(REPLACEMENT);
                i += ESCAPE;
            } else {
                int end = Math.min(json.length(), i + 2);
                out.append(json, i, end);
                i = end;
            }
        }
        return out.toString();
    }

    /** Whether an escape of a surrogate begins here whose second digit is one of those given. */
    private static boolean isEscape(String json, int at, String secondDigits) {
        if (at + ESCAPE > json.length() || !json.startsWith("\\u", at)) {
            return false;
        }
        String digits = json.substring(at + 2, at + ESCAPE).toLowerCase(Locale.ROOT);
        return digits.charAt(0) == 'd' && secondDigits.indexOf(digits.charAt(1)) >= 0 && isHex(digits.charAt(2))
                && isHex(digits.charAt(3));
    }

    private static boolean isHex(char c) {
        return Character.digit(c, 16) >= 0 && c < 0x80;
    }
}
