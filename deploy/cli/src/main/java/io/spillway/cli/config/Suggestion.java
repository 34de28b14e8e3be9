package io.spillway.cli.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the known word somebody meant. */
final class Suggestion {

    private record Candidate(String word, int distance) {}

    private Suggestion() {}

    /** The known word nearest to what was written, if one is near enough to be a slip of the finger. */
    static Optional<String> nearest(String written, Collection<String> known) {
        String plain = plain(written);
        return known.stream().map(word -> new Candidate(word, distance(plain, plain(word))))
                .filter(candidate -> candidate.distance() <= Math.max(1, Math.min(3, plain.length() / 3)))
                .min(Comparator.comparingInt(Candidate::distance)).map(Candidate::word);
    }

    /** {@code "did you mean 'timeout'? "} or nothing, to put in front of a list of what is known. */
    static String hint(String written, Collection<String> known) {
        return nearest(written, known).map(word -> "did you mean '" + word + "'? ").orElse("");
    }

    private static String plain(String word) {
        return word.toLowerCase(Locale.ROOT).replaceAll("[-_. ]", "");
    }

    /** Levenshtein distance: insertions, deletions and replacements of one letter. */
    private static int distance(String left, String right) {
        int[] above = new int[right.length() + 1];
        for (int column = 0; column <= right.length(); column++) {
            above[column] = column;
        }
        for (int row = 1; row <= left.length(); row++) {
            int[] current = new int[right.length() + 1];
            current[0] = row;
            for (int column = 1; column <= right.length(); column++) {
                int replaced = above[column - 1] + (left.charAt(row - 1) == right.charAt(column - 1) ? 0 : 1);
                current[column] = Math.min(replaced, Math.min(above[column], current[column - 1]) + 1);
            }
            above = current;
        }
        return above[right.length()];
    }
}
