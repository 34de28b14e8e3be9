package io.spillway.worker.provider;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Cuts things up as providers and networks do. */
public final class Pieces {

    private Pieces() {}

    /** The text in pieces of random length, at least one, never within a surrogate pair. */
    public static List<String> ofText(String text, SplittableRandom random) {
        List<String> pieces = new ArrayList<>();
        int from = 0;
        while (from < text.length()) {
            int to = Math.min(text.length(), from + random.nextInt(1, 12));
            if (to < text.length() && Character.isHighSurrogate(text.charAt(to - 1))) {
                to++;
            }
            pieces.add(text.substring(from, to));
            from = to;
        }
        return pieces.isEmpty() ? List.of("") : pieces;
    }

    /** How the assembler ends when fed with the bytes, cut at random places. */
    public static CallOutcome feed(AnswerAssembler assembler, byte[] bytes, SplittableRandom random) {
        int at = 0;
        while (at < bytes.length) {
            int length = Math.min(bytes.length - at, random.nextInt(1, random.nextBoolean() ? 4 : 400));
            // Into the middle of a larger buffer, which is used again.
            byte[] buffer = new byte[length + 7];
            System.arraycopy(bytes, at, buffer, 3, length);
            if (assembler.feed(buffer, 3, length) == AnswerAssembler.Progress.ENDED) {
                break;
            }
            at += length;
        }
        return assembler.end();
    }
}
