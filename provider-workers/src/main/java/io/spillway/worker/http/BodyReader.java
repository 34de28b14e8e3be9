package io.spillway.worker.http;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

import org.apache.hc.core5.http.HttpEntity;

/** Reads a body to its end, within a cap that holds before and after decompression. */
final class BodyReader {

    private static final int BUFFER = 4 * 1024;
    private static final int LARGEST_GUESS = 64 * 1024;

    /** The body is larger than allowed, or encoded in a way we did not ask for. */
    static final class UnacceptableBodyException extends IOException {
        private static final long serialVersionUID = 1L;

        UnacceptableBodyException(String message) {
            super(message);
        }
    }

    private BodyReader() {}

    /** Takes the decoded body piece by piece; false: enough. */
    @FunctionalInterface
    interface Sink {
        boolean take(byte[] buffer, int count);
    }

    /** @param cap most bytes, encoded or decoded */
    static byte[] read(HttpEntity entity, long cap, Exchange exchange) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream(sizeGuess(entity));
        read(entity, cap, exchange, (buffer, count) -> {
            body.write(buffer, 0, count);
            return true;
        });
        return body.toByteArray();
    }

    /**
     * Reads on until the body ends or the sink has enough. Nothing is held back: a piece is what the network brought.
     *
     * @param cap most bytes, encoded or decoded
     * @return whether the body was read to its end
     */
    static boolean read(HttpEntity entity, long cap, Exchange exchange, Sink sink) throws IOException {
        if (entity.getContentLength() > cap) {
            throw tooLarge(cap);
        }
        Wire wire = new Wire(entity.getContent(), cap, exchange);
        String encoding = entity.getContentEncoding() == null
                ? "identity"
                : entity.getContentEncoding().strip().toLowerCase(Locale.ROOT);
        return switch (encoding) {
            case "identity", "" -> drain(wire, cap, sink);
            case "gzip", "x-gzip" -> unzip(wire, cap, sink);
            default -> throw new UnacceptableBodyException("the response has an encoding that was not asked for");
        };
    }

    private static boolean unzip(Wire wire, long cap, Sink sink) throws IOException {
        GZIPInputStream zipped;
        try {
            zipped = new GZIPInputStream(wire, BUFFER);
        } catch (EOFException e) {
            if (wire.count == 0) {
                return true;
            }
            throw e;
        }
        // Closing frees the inflater's native memory; Wire does not pass the close on, because closing drains the body.
        try (zipped) {
            boolean isWhole = drain(zipped, cap, sink);
            if (isWhole && wire.read() >= 0) {
                throw new UnacceptableBodyException("data follows the end of the compressed response");
            }
            return isWhole;
        }
    }

    private static boolean drain(InputStream in, long cap, Sink sink) throws IOException {
        byte[] buffer = new byte[BUFFER];
        long total = 0;
        int count = in.read(buffer);
        while (count >= 0) {
            total += count;
            if (total > cap) {
                throw tooLarge(cap);
            }
            if (!sink.take(buffer, count)) {
                return false;
            }
            count = in.read(buffer);
        }
        return true;
    }

    private static int sizeGuess(HttpEntity entity) {
        long length = entity.getContentLength();
        return length < 0 ? BUFFER : (int) Math.min(length, LARGEST_GUESS);
    }

    private static UnacceptableBodyException tooLarge(long cap) {
        return new UnacceptableBodyException("the response is larger than " + cap + " bytes");
    }

    /** The bytes as they come from the network: counted, capped, and each arrival noted. */
    private static final class Wire extends FilterInputStream {

        private final long cap;
        private final Exchange exchange;
        private long count;

        Wire(InputStream in, long cap, Exchange exchange) {
            super(in);
            this.cap = cap;
            this.exchange = exchange;
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            arrived(value < 0 ? 0 : 1);
            return value;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int read = super.read(buffer, offset, length);
            arrived(Math.max(0, read));
            return read;
        }

        @Override
        public void close() {
            // The response is closed by its owner, who knows whether the rest is worth reading.
        }

        private void arrived(int bytes) throws UnacceptableBodyException {
            count += bytes;
            if (count > cap) {
                throw tooLarge(cap);
            }
            exchange.progressed();
        }
    }
}
