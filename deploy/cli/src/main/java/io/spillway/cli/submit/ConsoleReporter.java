package io.spillway.cli.submit;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.function.LongSupplier;

/** Reports on standard error: a bar that is drawn over itself on a terminal, a line now and then elsewhere. */
public final class ConsoleReporter implements BatchReporter {

    private static final int MAX_BAD_LINES_SHOWN = 20;
    private static final long BAR_NANOS = Duration.ofMillis(200).toNanos();
    private static final long LOG_NANOS = Duration.ofSeconds(5).toNanos();
    private static final String CLEAR_LINE = "\r\u001b[2K";

    private final PrintWriter out;
    private final boolean terminal;
    private final int width;
    private final LongSupplier nanos;
    private final RateMeter rate = new RateMeter();
    private long badLines;
    private long nextDraw;
    private boolean drawn;

    /**
     * @param terminal whether a person looks on
     * @param width columns of the terminal
     * @param nanos a clock for rates, such as {@link System#nanoTime()}
     */
    public ConsoleReporter(PrintWriter out, boolean terminal, int width, LongSupplier nanos) {
        this.out = out;
        this.terminal = terminal;
        this.width = width;
        this.nanos = nanos;
        this.nextDraw = nanos.getAsLong();
    }

    @Override
    public void badLine(String sentence) {
        badLines++;
        if (badLines <= MAX_BAD_LINES_SHOWN) {
            notice(sentence);
        } else if (badLines == MAX_BAD_LINES_SHOWN + 1) {
            notice("further bad lines are in the error file only");
        }
    }

    @Override
    public void notice(String message) {
        clear();
        out.println(message);
        out.flush();
    }

    @Override
    public void progress(BatchProgress progress) {
        long now = nanos.getAsLong();
        if (now - nextDraw < 0) {
            return;
        }
        nextDraw = now + (terminal ? BAR_NANOS : LOG_NANOS);
        double perSecond = rate.update(now, progress.settledNow());
        if (terminal) {
            out.print(CLEAR_LINE + ProgressLine.bar(progress, perSecond, width));
            drawn = true;
        } else {
            out.println(ProgressLine.plain(progress, perSecond));
        }
        out.flush();
    }

    private void clear() {
        if (drawn) {
            out.print(CLEAR_LINE);
            drawn = false;
        }
    }
}
