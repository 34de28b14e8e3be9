package io.spillway.cli.submit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;

final class ConsoleReporterTest {

    /** A reporter that keeps what it is told. */
    record Collected(List<String> told) implements BatchReporter {

        @Override
        public void badLine(String sentence) {
            told.add(sentence);
        }

        @Override
        public void notice(String message) {
            told.add(message);
        }

        @Override
        public void progress(BatchProgress progress) {}
    }

    private final StringWriter written = new StringWriter();
    private long nanos;

    @Test
    void shouldPrintALineEveryFiveSecondsWithoutATerminal() {
        ConsoleReporter reporter = new ConsoleReporter(new PrintWriter(written), false, 80, () -> nanos);
        BatchProgress progress = new BatchProgress(100, 0, 0);
        for (int i = 0; i < 120; i++) {
            reporter.progress(progress);
            nanos += Duration.ofMillis(100).toNanos();
        }
        assertThat(written.toString().lines()).hasSize(3).allMatch(line -> line.startsWith("0/100   0%"));
    }

    @Test
    void shouldRedrawTheBarAndClearItForANotice() {
        ConsoleReporter reporter = new ConsoleReporter(new PrintWriter(written), true, 200, () -> nanos);
        BatchProgress progress = new BatchProgress(4, 2, 0);
        reporter.progress(progress);
        reporter.notice("hello");
        assertThat(written.toString())
                .isEqualTo("\r\u001b[2K[############............] 2/4  50%, 0.0/s\r\u001b[2Khello" + System.lineSeparator());
    }

    @Test
    void shouldShowTheFirstBadLinesOnly() {
        ConsoleReporter reporter = new ConsoleReporter(new PrintWriter(written), false, 80, () -> nanos);
        for (int i = 0; i < 50; i++) {
            reporter.badLine("line " + i);
        }
        assertThat(written.toString().lines()).hasSize(21).last().asString().contains("error file");
    }

    @Test
    void shouldEstimateTheTimeLeftFromTheLastSeconds() {
        RateMeter rate = new RateMeter();
        rate.update(0, 0);
        assertThat(rate.update(Duration.ofSeconds(10).toNanos(), 50)).isEqualTo(5);
        BatchProgress progress = new BatchProgress(700, 100, 1);
        progress.duplicate();
        progress.open(3);
        assertThat(ProgressLine.plain(progress, 5)).isEqualTo("100/700  14%, 5.0/s, 2 min 0 s left, 3 open, 1 duplicates");
        assertThat(ProgressLine.bar(progress, 5, 20)).hasSize(19);
        assertThat(ProgressLine.summary(progress, Duration.ofSeconds(3700)))
                .isEqualTo("701 lines: 0 answered, 0 errors in this run, 100 settled by earlier runs, 1 bad lines not sent, "
                        + "600 without an answer yet, 1 duplicate answers ignored, in 1 h 1 min");
    }
}
