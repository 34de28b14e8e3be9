package io.spillway.cli.submit;

import java.time.Duration;
import java.util.Locale;

/** Progress in words. Pure. */
final class ProgressLine {

    private static final int BAR = 24;
    private static final int FULL = 100;

    private ProgressLine() {}

    /** One line with a bar, for a terminal of that width. */
    static String bar(BatchProgress progress, double perSecond, int width) {
        int filled = (int) (share(progress) * BAR);
        String line = "[" + "#".repeat(filled) + ".".repeat(BAR - filled) + "] " + facts(progress, perSecond);
        return line.length() < width ? line : line.substring(0, Math.max(0, width - 1));
    }

    /** The same for a log. */
    static String plain(BatchProgress progress, double perSecond) {
        return facts(progress, perSecond);
    }

    /** The last words of a run. */
    static String summary(BatchProgress progress, Duration elapsed) {
        long errors = progress.failed() + progress.refused();
        StringBuilder text = new StringBuilder(
                String.format(Locale.ROOT, "%d lines: %d answered, %d errors in this run", progress.total()
                        + progress.bad(), progress.succeeded(), errors));
        append(text, progress.answeredBefore(), " settled by earlier runs");
        append(text, progress.bad(), " bad lines not sent");
        append(text, progress.left(), " without an answer yet");
        append(text, progress.failovers(), " answered by a fallback or retry");
        append(text, progress.duplicates(), " duplicate answers ignored");
        text.append(", in ").append(words(elapsed));
        if (progress.promptTokens() + progress.completionTokens() > 0) {
            text.append(String.format(Locale.ROOT, " (%,d prompt and %,d completion tokens)", progress.promptTokens(),
                    progress.completionTokens()));
        }
        return text.toString();
    }

    private static String facts(BatchProgress progress, double perSecond) {
        StringBuilder text = new StringBuilder(String.format(Locale.ROOT, "%d/%d %3.0f%%", progress.settled(), progress.total(),
                Math.floor(share(progress) * FULL)));
        text.append(String.format(Locale.ROOT, ", %.1f/s", perSecond));
        if (perSecond > 0 && progress.left() > 0) {
            text.append(", ").append(words(Duration.ofMillis((long) (progress.left() / perSecond * 1000)))).append(" left");
        }
        append(text, progress.open(), " open");
        append(text, progress.failed() + progress.refused(), " errors");
        append(text, progress.failovers(), " failovers");
        append(text, progress.duplicates(), " duplicates");
        return text.toString();
    }

    private static double share(BatchProgress progress) {
        return progress.total() == 0 ? 1 : Math.min(1, (double) progress.settled() / progress.total());
    }

    private static void append(StringBuilder text, long count, String what) {
        if (count > 0) {
            text.append(", ").append(count).append(what);
        }
    }

    private static String words(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds >= 3600) {
            return seconds / 3600 + " h " + seconds % 3600 / 60 + " min";
        }
        return seconds >= 60 ? seconds / 60 + " min " + seconds % 60 + " s" : seconds + " s";
    }
}
