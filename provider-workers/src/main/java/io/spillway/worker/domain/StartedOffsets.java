package io.spillway.worker.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.OptionalLong;
import java.util.TreeSet;

/**
 * Which records of one partition were started, and so which offset may be committed: everything below the lowest record that
 * was not. Records of another deployment may start ahead of it, up to a bound; their offsets travel in the commit's metadata,
 * so that the next owner of the partition does not start them again. Not thread-safe.
 */
public final class StartedOffsets {

    /** Most records started ahead of the lowest unstarted one. */
    public static final int MAX_AHEAD = 1_000;
    /** Brokers refuse commit metadata above 4096 bytes ({@code offset.metadata.max.bytes}). */
    private static final int MAX_METADATA = 4_000;
    private static final String VERSION = "a1:";

    private final TreeSet<Long> unstarted = new TreeSet<>();
    private final TreeSet<Long> ahead = new TreeSet<>();

    /** A record was read. Offsets come in ascending order. */
    public void read(long offset) {
        unstarted.add(offset);
    }

    /** The record needs no further work: it was started, or reported as failed, or put aside. */
    public void started(long offset) {
        if (!unstarted.remove(offset)) {
            return;
        }
        if (unstarted.isEmpty()) {
            ahead.clear();
            return;
        }
        ahead.add(offset);
        ahead.headSet(unstarted.first()).clear();
    }

    public OptionalLong lowestUnstarted() {
        return unstarted.isEmpty() ? OptionalLong.empty() : OptionalLong.of(unstarted.first());
    }

    /** Whether starting this record keeps the bound. The lowest unstarted one may always start. */
    public boolean mayStart(long offset) {
        return ahead.size() < MAX_AHEAD || (!unstarted.isEmpty() && unstarted.first() == offset);
    }

    /** Records started ahead of the lowest unstarted one. */
    public int ahead() {
        return ahead.size();
    }

    /**
     * The offsets started ahead, for commit metadata: runs of {@code gap+length} in base 36, counted from the lowest unstarted
     * offset. What does not fit is left out and may be started twice after a crash.
     */
    public String metadata() {
        if (ahead.isEmpty()) {
            return "";
        }
        StringBuilder text = new StringBuilder(VERSION);
        long position = unstarted.first();
        List<Long> offsets = new ArrayList<>(ahead);
        int index = 0;
        while (index < offsets.size()) {
            long first = offsets.get(index);
            int end = index + 1;
            while (end < offsets.size() && offsets.get(end) == first + (end - index)) {
                end++;
            }
            int length = end - index;
            String run = Long.toString(first - position, Character.MAX_RADIX) + "+"
                    + Integer.toString(length, Character.MAX_RADIX) + ",";
            if (text.length() + run.length() > MAX_METADATA) {
                break;
            }
            text.append(run);
            position = first + length;
            index = end;
        }
        return text.toString();
    }

    /** What {@link #metadata()} of a commit at {@code committed} says; empty for anything else. */
    public static NavigableSet<Long> parse(long committed, String metadata) {
        TreeSet<Long> offsets = new TreeSet<>();
        if (!metadata.startsWith(VERSION)) {
            return offsets;
        }
        long position = committed;
        try {
            for (String run : metadata.substring(VERSION.length()).split(",", MAX_METADATA)) {
                int plus = run.indexOf('+');
                if (plus < 0) {
                    break;
                }
                long first = position + Long.parseLong(run.substring(0, plus), Character.MAX_RADIX);
                int length = Math.clamp(Integer.parseInt(run.substring(plus + 1), Character.MAX_RADIX), 0, MAX_AHEAD);
                for (long offset = first; offset < first + length; offset++) {
                    offsets.add(offset);
                }
                position = first + length;
            }
        } catch (NumberFormatException e) {
            return new TreeSet<>();
        }
        return offsets;
    }
}
