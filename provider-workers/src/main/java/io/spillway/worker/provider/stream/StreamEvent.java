package io.spillway.worker.provider.stream;

import java.nio.charset.StandardCharsets;

/**
 * One message of a stream. Its {@code toString} does not show the data.
 *
 * @param type what the framing says it is; {@code message} when it says nothing
 * @param data the content as it came, which may not be UTF-8
 */
public record StreamEvent(String type, byte[] data) {

    /** The type of an event without one. */
    public static final String MESSAGE = "message";

    /** Whether the data is exactly this ASCII text, white space around it aside. */
    public boolean is(String text) {
        return data.length < text.length() + 16 && new String(data, StandardCharsets.UTF_8).strip().equals(text);
    }

    /** Whether there is no data but white space: a sign of life at most. */
    public boolean isBlank() {
        for (byte value : data) {
            if (value != ' ' && value != '\t' && value != '\n' && value != '\r') {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return "StreamEvent[" + data.length + " bytes]";
    }
}
