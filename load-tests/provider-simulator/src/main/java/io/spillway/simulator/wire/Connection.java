package io.spillway.simulator.wire;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** One client connection. Writes go to the socket at once and unbuffered; one virtual thread at a time uses it. */
public final class Connection {

    private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);

    private final Socket socket;
    private final OutputStream out;
    private final RequestReader reader;
    private volatile boolean aborted;

    Connection(Socket socket, int maxBody) throws IOException {
        this.socket = socket;
        this.out = socket.getOutputStream();
        this.reader = new RequestReader(socket.getInputStream(), out, maxBody);
    }

    Optional<HttpRequest> nextRequest() throws IOException {
        return reader.next();
    }

    public void write(byte[] bytes) throws IOException {
        out.write(bytes);
    }

    public void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
    }

    /** Writes one chunk of a chunked body in a single write. */
    public void writeChunk(byte[] bytes, int offset, int length) throws IOException {
        byte[] size = (Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        byte[] chunk = new byte[size.length + length + 2];
        System.arraycopy(size, 0, chunk, 0, size.length);
        System.arraycopy(bytes, offset, chunk, size.length, length);
        chunk[chunk.length - 2] = '\r';
        chunk[chunk.length - 1] = '\n';
        out.write(chunk);
    }

    public void writeLastChunk() throws IOException {
        out.write(LAST_CHUNK);
    }

    /** Ends our direction with a FIN and keeps listening. */
    public void halfClose() throws IOException {
        socket.shutdownOutput();
    }

    /** Cuts the connection with a RST instead of a FIN. */
    public void reset() {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            // Already closed: there is nothing left to reset.
        }
        close();
    }

    /** Resets from another thread because the whole server goes away; {@link #aborted()} tells the handler. */
    void abort() {
        aborted = true;
        reset();
    }

    /** Whether the server itself has cut this connection. */
    public boolean aborted() {
        return aborted;
    }

    /**
     * Holds the connection silently until the client leaves or the time is over.
     *
     * @return true if the client left (or the server cut the connection), false if the time is over
     */
    public boolean awaitClientGone(Duration atMost) {
        long end = System.nanoTime() + atMost.toNanos();
        try {
            while (true) {
                long left = end - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                // A timeout of 0 would mean for ever.
                socket.setSoTimeout(Math.clamp((left + 999_999) / 1_000_000, 1, Integer.MAX_VALUE));
                if (reader.reachedEnd()) {
                    return true;
                }
            }
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        } finally {
            clearTimeout();
        }
    }

    private void clearTimeout() {
        try {
            socket.setSoTimeout(0);
        } catch (IOException e) {
            // Closed meanwhile: no timeout is left to clear.
        }
    }

    void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // The socket is gone either way.
        }
    }
}
