package io.spillway.cli.submit;

/** Where a submission tells people what it does. */
public interface BatchReporter {

    /** A line that is skipped. */
    void badLine(String sentence);

    /** Anything else worth a line. */
    void notice(String message);

    /** Called often while it runs; draws or stays silent as it likes. */
    void progress(BatchProgress progress);
}
