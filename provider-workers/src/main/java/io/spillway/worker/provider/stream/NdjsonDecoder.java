package io.spillway.worker.provider.stream;

import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;

/**
 * One JSON document a line. Blank lines are skipped, CR before LF too. The last line needs no line feed: half a JSON object is
 * none, so a stream cut there is found out.
 */
public final class NdjsonDecoder implements EventDecoder {

    private final int maxEventBytes;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    /** @param maxEventBytes most bytes of one line */
    public NdjsonDecoder(int maxEventBytes) {
        this.maxEventBytes = maxEventBytes;
    }

    @Override
    public boolean feed(byte[] bytes, int offset, int length, Consumer<StreamEvent> sink) {
        int end = offset + length;
        int from = offset;
        for (int at = offset; at < end; at++) {
            if (bytes[at] == '\n') {
                line.write(bytes, from, at - from);
                from = at + 1;
                if (line.size() > maxEventBytes) {
                    return false;
                }
                finish(sink);
            }
        }
        line.write(bytes, from, end - from);
        return line.size() <= maxEventBytes;
    }

    @Override
    public void finish(Consumer<StreamEvent> sink) {
        StreamEvent event = new StreamEvent(StreamEvent.MESSAGE, line.toByteArray());
        line.reset();
        if (!event.isBlank()) {
            sink.accept(event);
        }
    }
}
