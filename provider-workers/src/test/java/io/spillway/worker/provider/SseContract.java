package io.spillway.worker.provider;

import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import io.spillway.contract.json.Json;
import io.spillway.worker.provider.stream.SseDecoder;
import io.spillway.worker.provider.stream.StreamEvent;

/** The contract for dialects that stream server-sent events. */
public abstract class SseContract extends StreamContract {

    @Override
    protected String contentType() {
        return "text/event-stream";
    }

    protected static String data(JsonNode data) {
        return "data: " + Json.text(data) + "\n\n";
    }

    protected static String named(String name, JsonNode data) {
        return "event: " + name + "\n" + data(data);
    }

    /** Whether this message is the dialect's last one, after which nothing is read. */
    protected abstract boolean isMark(StreamEvent event);

    @Override
    protected boolean isIntact(byte[] stream) {
        List<StreamEvent> events = new ArrayList<>();
        new SseDecoder(Integer.MAX_VALUE).feed(stream, 0, stream.length, events::add);
        for (StreamEvent event : events) {
            if (isMark(event)) {
                return true;
            }
            if (!event.isBlank() && !isJson(event.data())) {
                return false;
            }
        }
        return false;
    }
}
