package io.spillway.cli.config;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Recognises text that looks like a key or a password, so that it is refused where it does not belong and never printed. */
final class Secrets {

    /** A reference to a secret; the worker resolves it. */
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{(?:(?:file|dir):/[^}]+|env:[A-Za-z_][A-Za-z0-9_]*"
            + "|vault:[A-Za-z0-9_-]+/[A-Za-z0-9_./-]+#[A-Za-z0-9_.-]+)\\}");

    /** Prefixes that issuers give their keys. */
    private static final Pattern KNOWN_KEY = Pattern.compile(
            "(?:\\b|_)(?:sk-|rk-|pk-|xai-|gsk_|hf_|ghp_|github_pat_|AIza|AKIA|ASIA|ya29\\.|eyJ|xox[abp]-|Bearer\\s|Basic\\s)"
                    + "[A-Za-z0-9+/_.=-]{6,}");
    /** Long and mixed enough that nobody typed it. */
    private static final Pattern RANDOM_TEXT = Pattern.compile(
            "(?=[A-Za-z0-9+/_=-]*[0-9])(?=[A-Za-z0-9+/_=-]*[A-Z])(?=[A-Za-z0-9+/_=-]*[a-z])[A-Za-z0-9+_=]{24,}"
                    + "|(?=[0-9a-f]*[0-9])(?=[0-9a-f]*[a-f])[0-9a-f]{32,}");
    private static final Pattern URL_PASSWORD = Pattern.compile("://[^/@\\s]+@");
    private static final List<String> SECRET_NAMES = List.of("apikey", "secret", "password", "token", "authorization", "bearer");
    private static final String HIDDEN = "(hidden: looks like a key)";

    private Secrets() {}

    static boolean isReference(String text) {
        return REFERENCE.matcher(text).matches();
    }

    static boolean looksLikeSecret(String text) {
        return KNOWN_KEY.matcher(text).find() || RANDOM_TEXT.matcher(text).find() || URL_PASSWORD.matcher(text).find();
    }

    /** Whether a setting of that name holds a secret by its name, such as {@code api-key}. */
    static boolean isSecretName(String name) {
        String plain = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
        return SECRET_NAMES.stream().anyMatch(plain::endsWith);
    }

    /** The text, or a remark in its place when it looks like a secret. */
    static String hide(String text) {
        return looksLikeSecret(text) ? HIDDEN : text;
    }
}
