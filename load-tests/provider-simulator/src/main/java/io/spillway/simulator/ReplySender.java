package io.spillway.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import io.spillway.simulator.wire.Connection;
import io.spillway.simulator.wire.RequestHandler.Next;
import io.spillway.simulator.wire.ResponseHead;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** Puts an answer on the wire, well or badly. */
final class ReplySender {

    /** The text of a huge answer before it is filled up. */
    static final String FILL_MARK = "filledanswer";

    private static final Duration HALF_CLOSED_FOR = Duration.ofSeconds(60);
    private static final Duration SIGN_OF_LIFE_EACH = Duration.ofMillis(100);
    private static final int LENGTH_LIE = 64;
    private static final int FILL_BLOCK = 64 * 1024;
    private static final byte[] PROXY_PAGE = """
            <html><head><title>502 Bad Gateway</title></head>
            <body><center><h1>502 Bad Gateway</h1></center><hr><center>nginx</center></body></html>
            """.getBytes(StandardCharsets.UTF_8);

    /**
     * The body of an answer.
     *
     * @param pieces one piece for a JSON body, one per event for a stream
     * @param chunked whether it goes out as chunks; otherwise with a Content-Length
     */
    record Payload(List<byte[]> pieces, boolean chunked) {

        static Payload json(JsonNode body) {
            return new Payload(List.of(body.toString().getBytes(StandardCharsets.UTF_8)), false);
        }

        /** What a broken proxy in between answers. */
        static Payload proxyPage() {
            return new Payload(List.of(PROXY_PAGE), false);
        }

        byte[] whole() {
            if (pieces.size() == 1) {
                return pieces.getFirst();
            }
            byte[] all = new byte[pieces.stream().mapToInt(piece -> piece.length).sum()];
            int offset = 0;
            for (byte[] piece : pieces) {
                System.arraycopy(piece, 0, all, offset, piece.length);
                offset += piece.length;
            }
            return all;
        }
    }

    private ReplySender() {}

    /** Sends a complete answer. */
    static Next plain(Connection connection, ResponseHead head, Payload payload) throws IOException {
        if (!payload.chunked()) {
            connection.write(head.bytesWith(payload.whole()));
            return Next.KEEP_OPEN;
        }
        connection.write(head.add("transfer-encoding", "chunked").bytes());
        for (byte[] piece : payload.pieces()) {
            connection.writeChunk(piece, 0, piece.length);
        }
        connection.writeLastChunk();
        return Next.KEEP_OPEN;
    }

    static Next drip(Connection connection, ResponseHead head, Payload payload, Duration gap)
            throws IOException, InterruptedException {
        byte[] body = payload.whole();
        connection.write(payload.chunked()
                ? head.add("transfer-encoding", "chunked").bytes()
                : head.add("content-length", body.length).bytes());
        for (int i = 0; i < body.length; i++) {
            Thread.sleep(gap);
            if (payload.chunked()) {
                connection.writeChunk(body, i, 1);
            } else {
                connection.write(body, i, 1);
            }
        }
        if (payload.chunked()) {
            connection.writeLastChunk();
        }
        return Next.KEEP_OPEN;
    }

    static Next truncated(Connection connection, ResponseHead head, Payload payload, Behaviour.Truncated.Cut cut)
            throws IOException {
        byte[] body = payload.whole();
        switch (cut) {
            case BODY -> writeHalf(connection, head, body, payload.chunked());
            case CHUNKED -> writeHalf(connection, head, body, true);
            case LENGTH -> {
                connection.write(head.add("content-length", body.length + (long) LENGTH_LIE).bytes());
                connection.write(body);
            }
        }
        return Next.CLOSE;
    }

    static Next resetMidBody(Connection connection, ResponseHead head, Payload payload) throws IOException {
        writeHalf(connection, head, payload.whole(), payload.chunked());
        connection.reset();
        return Next.CLOSE;
    }

    static Next halfClosed(Connection connection, ResponseHead head, Payload payload) throws IOException {
        writeHalf(connection, head, payload.whole(), payload.chunked());
        connection.halfClose();
        connection.awaitClientGone(HALF_CLOSED_FOR);
        return Next.CLOSE;
    }

    /** Fills the answer up in front of {@link #FILL_MARK}, which stands inside a JSON string. */
    static Next huge(Connection connection, ResponseHead head, Payload payload, long bytes) throws IOException {
        byte[] body = payload.whole();
        int cut = new String(body, StandardCharsets.ISO_8859_1).indexOf(FILL_MARK);
        int at = Math.max(0, cut);
        byte[] fill = "a".repeat(FILL_BLOCK).getBytes(StandardCharsets.ISO_8859_1);
        connection.write(head.add("transfer-encoding", "chunked").bytes());
        if (at > 0) {
            connection.writeChunk(body, 0, at);
        }
        long left = cut < 0 ? 0 : bytes - body.length;
        while (left > 0) {
            int length = (int) Math.min(left, FILL_BLOCK);
            connection.writeChunk(fill, 0, length);
            left -= length;
        }
        connection.writeChunk(body, at, body.length - at);
        connection.writeLastChunk();
        return Next.KEEP_OPEN;
    }

    /** @param signOfLife what the API sends while it waits; written every so often if the answer is a stream */
    static Next stalled(Connection connection, ResponseHead head, Payload payload, byte[] signOfLife, Duration atMost)
            throws IOException {
        if (!payload.chunked()) {
            writeHalf(connection, head, payload.whole(), false);
            connection.awaitClientGone(atMost);
            return Next.CLOSE;
        }
        connection.write(head.add("transfer-encoding", "chunked").bytes());
        for (byte[] piece : payload.pieces().subList(0, payload.pieces().size() / 2)) {
            connection.writeChunk(piece, 0, piece.length);
        }
        long end = System.nanoTime() + atMost.toNanos();
        while (System.nanoTime() - end < 0 && !connection.awaitClientGone(SIGN_OF_LIFE_EACH)) {
            connection.writeChunk(signOfLife, 0, signOfLife.length);
        }
        return Next.CLOSE;
    }

    private static void writeHalf(Connection connection, ResponseHead head, byte[] body, boolean chunked) throws IOException {
        int half = body.length / 2;
        if (chunked) {
            connection.write(head.add("transfer-encoding", "chunked").bytes());
            connection.writeChunk(body, 0, half);
        } else {
            connection.write(head.add("content-length", body.length).bytes());
            connection.write(body, 0, half);
        }
    }
}
