package io.spillway.load.report;

import java.util.List;

/**
 * What became of a row of the fault matrix in a run.
 *
 * @param row its number
 * @param fault in words
 * @param evidence what was done and seen, in order
 * @param why what kept the row from being run, or what went wrong; empty when it ran as it should
 */
public record MatrixRow(int row, String fault, Outcome outcome, List<String> evidence, List<String> why) {

    /** Whether it was run. */
    public enum Outcome {
        /** The fault was made. Whether promises held is for the verdicts to say. */
        EXERCISED,
        /** The fault was not made, or not as it should be. */
        SKIPPED,
        /** The fault was made and the system did not do what the matrix says, or making it failed. */
        FAILED
    }

    public MatrixRow {
        evidence = List.copyOf(evidence);
        why = List.copyOf(why);
    }

    String word() {
        return outcome.name().toLowerCase(java.util.Locale.ROOT);
    }
}
