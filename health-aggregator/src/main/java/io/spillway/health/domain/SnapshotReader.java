package io.spillway.health.domain;

import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** Reads what {@link SnapshotWriter} wrote. Throws {@link IllegalArgumentException} on anything else. */
final class SnapshotReader {

    /** The end of the year 9999: far beyond any real time, and safe to add durations to. */
    private static final long LATEST_MILLIS = 253_402_300_799_999L;

    private final byte[] bytes;
    private int position;

    SnapshotReader(byte[] bytes) {
        this.bytes = bytes;
    }

    long unsigned(long max) {
        long value = 0;
        for (int shift = 0; shift < 63; shift += 7) {
            int group = nextByte();
            value |= (long) (group & 0x7f) << shift;
            if ((group & 0x80) == 0) {
                if (value > max) {
                    throw new IllegalArgumentException("number above " + max + " before byte " + position + ": " + value);
                }
                return value;
            }
        }
        throw new IllegalArgumentException("number without end before byte " + position);
    }

    int unsignedInt(int max) {
        return (int) unsigned(max);
    }

    Instant instant() {
        return Instant.ofEpochMilli(unsigned(LATEST_MILLIS));
    }

    String text() {
        int length = unsignedInt(bytes.length - position);
        String text = new String(bytes, position, length, StandardCharsets.UTF_8);
        position += length;
        return text;
    }

    void requireEnd() {
        if (position != bytes.length) {
            throw new IllegalArgumentException(bytes.length - position + " bytes too many");
        }
    }

    private int nextByte() {
        if (position >= bytes.length) {
            throw new IllegalArgumentException("ends after " + position + " bytes, more expected");
        }
        return bytes[position++];
    }
}
