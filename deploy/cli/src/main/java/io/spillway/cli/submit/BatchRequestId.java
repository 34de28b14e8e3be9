package io.spillway.cli.submit;

import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The request id of a batch line, {@code batch-<round>-<content>}. The same line of the same round always has the same id, so
 * sending it again is no new request to the router. Another body is another id.
 *
 * @param round 12 hex digits, drawn when the round began
 * @param content hash of custom_id and body
 */
record BatchRequestId(String round, long content) {

    private static final Pattern FORM = Pattern.compile("batch-([0-9a-f]{12})-([0-9a-f]{16})");

    static Optional<BatchRequestId> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        return matcher.matches()
                ? Optional.of(new BatchRequestId(matcher.group(1), HexFormat.fromHexDigitsToLong(matcher.group(2))))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return "batch-" + round + "-" + HexFormat.of().toHexDigits(content);
    }
}
