package io.spillway.simulator.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Collects server-sent events as bytes. */
final class SseEvents {

    /** Visible characters per delta; real tokens are about as long, this keeps the number of events small. */
    private static final int DELTA_CHARS = 16;

    private final List<byte[]> events = new ArrayList<>();

    void data(JsonNode data) {
        raw("data: " + data + "\n\n");
    }

    void named(String name, JsonNode data) {
        raw("event: " + name + "\ndata: " + data + "\n\n");
    }

    void raw(String event) {
        events.add(event.getBytes(StandardCharsets.UTF_8));
    }

    List<byte[]> all() {
        return List.copyOf(events);
    }

    static List<String> deltas(String text) {
        List<String> deltas = new ArrayList<>();
        int from = 0;
        while (from < text.length()) {
            int to = Math.min(text.length(), from + DELTA_CHARS);
            if (to < text.length() && Character.isHighSurrogate(text.charAt(to - 1))) {
                to++;
            }
            deltas.add(text.substring(from, to));
            from = to;
        }
        return deltas;
    }
}
