package io.spillway.health.domain;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** Appends numbers in seven-bit groups, small ones in one byte. */
final class SnapshotWriter {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);

    void unsigned(long value) {
        if (value < 0) {
            throw new IllegalArgumentException("snapshot numbers must be >= 0, was " + value);
        }
        long rest = value;
        while (rest > 0x7f) {
            bytes.write((int) (rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        bytes.write((int) rest);
    }

    /** Milliseconds since 1970; what is finer or earlier is cut off. */
    void instant(Instant instant) {
        unsigned(Math.max(0, instant.toEpochMilli()));
    }

    void text(String text) {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        unsigned(encoded.length);
        bytes.writeBytes(encoded);
    }

    byte[] toBytes() {
        return bytes.toByteArray();
    }
}
