package io.spillway.cli.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects everything that is wrong, so that one look at the output is enough. Never repeats a value that may be a key. */
final class Problems {

    private static final int LONGEST_VALUE = 80;

    private final List<Problem> found = new ArrayList<>();

    /** Something is wrong with a value that may be shown. */
    void add(String path, int line, String problem, String value, String remedy) {
        found.add(new Problem(Secrets.hide(path), problem, shorten(Secrets.hide(value)), remedy, line));
    }

    /** Something is wrong, and there is no value to show or it must not be shown. */
    void add(String path, int line, String problem, String remedy) {
        add(path, line, problem, "", remedy);
    }

    boolean isEmpty() {
        return found.isEmpty();
    }

    /** In the order of the file. */
    List<Problem> all() {
        return found.stream().sorted(Comparator.comparingInt(Problem::line)).toList();
    }

    private static String shorten(String value) {
        String oneLine = value.lines().findFirst().orElse("");
        return oneLine.length() <= LONGEST_VALUE ? oneLine : oneLine.substring(0, LONGEST_VALUE) + "...";
    }
}
