package io.spillway.cli.submit;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Reads a file line by line as bytes, holding one line at a time. A line ends with LF or CR LF. */
final class LineReader implements Closeable {

    private static final int BUFFER = 64 * 1024;
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final InputStream in;
    private final int maxBytes;
    private final byte[] buffer = new byte[BUFFER];
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private int filled;
    private int next;
    private long position;
    private long start;
    private long number;
    private boolean terminated;
    private boolean tooLong;

    /** @param maxBytes longer lines are skipped and reported by {@link #isTooLong()} */
    LineReader(InputStream in, int maxBytes) {
        this.in = in;
        this.maxBytes = maxBytes;
    }

    /** Goes to the next line; false at the end. */
    boolean next() throws IOException {
        line.reset();
        tooLong = false;
        terminated = false;
        start = position;
        while (!terminated && fill()) {
            takeUpToLineEnd();
        }
        if (start == position) {
            return false;
        }
        number++;
        return true;
    }

    /** The line without its end, and without a byte order mark at the start of the file. Empty when it is too long. */
    byte[] bytes() {
        byte[] all = line.toByteArray();
        int from = number == 1 && startsWithByteOrderMark(all) ? BYTE_ORDER_MARK.length : 0;
        int to = all.length > from && all[all.length - 1] == '\r' ? all.length - 1 : all.length;
        return from == 0 && to == all.length ? all : Arrays.copyOfRange(all, from, to);
    }

    /** Number of the line, from 1. */
    long number() {
        return number;
    }

    /** Offset of the line's first byte in the file. */
    long start() {
        return start;
    }

    /** Whether the line has its line end; only the last line of a file can lack it. */
    boolean isTerminated() {
        return terminated;
    }

    boolean isTooLong() {
        return tooLong;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private boolean fill() throws IOException {
        if (next < filled) {
            return true;
        }
        next = 0;
        filled = Math.max(0, in.read(buffer));
        return filled > 0;
    }

    private void takeUpToLineEnd() {
        int end = next;
        while (end < filled && buffer[end] != '\n') {
            end++;
        }
        int length = end - next;
        if (tooLong || line.size() + length > maxBytes) {
            tooLong = true;
            line.reset();
        } else {
            line.write(buffer, next, length);
        }
        terminated = end < filled;
        int taken = terminated ? length + 1 : length;
        next += taken;
        position += taken;
    }

    private static boolean startsWithByteOrderMark(byte[] bytes) {
        return bytes.length >= BYTE_ORDER_MARK.length
                && Arrays.equals(bytes, 0, BYTE_ORDER_MARK.length, BYTE_ORDER_MARK, 0, BYTE_ORDER_MARK.length);
    }
}
