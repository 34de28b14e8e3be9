package io.spillway.worker.provider.stream;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Server-sent events by the rules of the WHATWG: lines end with LF, CR or CRLF; a leading byte order mark, comments and unknown
 * fields are skipped; the values of several {@code data} fields are joined by line feeds; an event is over with a blank line, and
 * one that never gets there is discarded. {@code id} and {@code retry} are skipped as well: nothing is ever resumed. Works on bytes,
 * so a character may be cut in two; whether the data is UTF-8 is for the reader of the data to judge.
 */
public final class SseDecoder implements EventDecoder {

    private static final byte[] DATA = "data".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] EVENT = "event".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final int maxEventBytes;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();
    private String type = "";
    private boolean isFirstLine = true;
    private boolean isAfterReturn;

    /** @param maxEventBytes most bytes of one event, of one line, or of both together */
    public SseDecoder(int maxEventBytes) {
        this.maxEventBytes = maxEventBytes;
    }

    @Override
    public boolean feed(byte[] bytes, int offset, int length, Consumer<StreamEvent> sink) {
        int end = offset + length;
        int from = offset;
        for (int at = offset; at < end; at++) {
            byte value = bytes[at];
            if (value == '\n' && isAfterReturn) {
                // The second half of CRLF.
                from = at + 1;
            } else if (value == '\n' || value == '\r') {
                line.write(bytes, from, at - from);
                from = at + 1;
                if (isTooLarge()) {
                    return false;
                }
                endLine(sink);
            }
            isAfterReturn = value == '\r';
        }
        line.write(bytes, from, end - from);
        return !isTooLarge();
    }

    private boolean isTooLarge() {
        return (long) line.size() + data.size() > maxEventBytes;
    }

    private void endLine(Consumer<StreamEvent> sink) {
        byte[] bytes = line.toByteArray();
        line.reset();
        int start = isFirstLine && startsWith(bytes, 0, BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
        isFirstLine = false;
        if (start == bytes.length) {
            dispatch(sink);
        } else if (bytes[start] != ':') {
            field(bytes, start);
        }
    }

    private void field(byte[] bytes, int start) {
        int colon = start;
        while (colon < bytes.length && bytes[colon] != ':') {
            colon++;
        }
        int value = colon + 1;
        if (value < bytes.length && bytes[value] == ' ') {
            value++;
        }
        int length = Math.max(0, bytes.length - value);
        int name = colon - start;
        if (name == DATA.length && startsWith(bytes, start, DATA)) {
            data.write(bytes, bytes.length - length, length);
            data.write('\n');
        } else if (name == EVENT.length && startsWith(bytes, start, EVENT)) {
            type = new String(bytes, bytes.length - length, length, StandardCharsets.UTF_8);
        }
    }

    private void dispatch(Consumer<StreamEvent> sink) {
        if (data.size() > 0) {
            byte[] joined = data.toByteArray();
            data.reset();
            sink.accept(new StreamEvent(type.isEmpty() ? StreamEvent.MESSAGE : type,
                    Arrays.copyOf(joined, joined.length - 1)));
        }
        type = "";
    }

    private static boolean startsWith(byte[] bytes, int from, byte[] prefix) {
        return bytes.length - from >= prefix.length
                && Arrays.equals(bytes, from, from + prefix.length, prefix, 0, prefix.length);
    }
}
