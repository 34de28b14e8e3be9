package io.spillway.simulator.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** A bare socket: writes any bytes, and tells how what came back ended. */
public final class RawClient implements AutoCloseable {

    /** How the stream of received bytes ended. */
    public enum End { CLOSED, RESET, STILL_OPEN }

    /** What was received until the end. */
    public record Received(String text, End end) {

        public String head() {
            return text.substring(0, text.indexOf("\r\n\r\n"));
        }

        public String body() {
            return text.substring(text.indexOf("\r\n\r\n") + 4);
        }

        public int contentLength() {
            for (String line : head().split("\r\n", -1)) {
                if (line.startsWith("content-length: ")) {
                    return Integer.parseInt(line.substring(16));
                }
            }
            throw new AssertionError("no content-length in " + head());
        }
    }

    private final Socket socket;

    public RawClient(URI base) throws IOException {
        this.socket = new Socket(base.getHost(), base.getPort());
    }

    public static String post(String path, String body) {
        return "POST " + path + " HTTP/1.1\r\nHost: test\r\nAnthropic-Version: 2023-06-01\r\nContent-Length: "
                + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + body;
    }

    public RawClient send(String bytes) throws IOException {
        socket.getOutputStream().write(bytes.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    /** Reads until the server ends the stream, or stays silent for so long. */
    public Received receive(int silenceMillis) throws IOException {
        socket.setSoTimeout(silenceMillis);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        End end = End.CLOSED;
        try {
            InputStream in = socket.getInputStream();
            byte[] buffer = new byte[8192];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                bytes.write(buffer, 0, count);
            }
        } catch (SocketTimeoutException e) {
            end = End.STILL_OPEN;
        } catch (SocketException e) {
            end = End.RESET;
        }
        return new Received(bytes.toString(StandardCharsets.UTF_8), end);
    }

    /** Reads exactly one answer with a Content-Length. */
    public Received receiveOne() throws IOException {
        socket.setSoTimeout(5000);
        InputStream in = socket.getInputStream();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (!bytes.toString(StandardCharsets.UTF_8).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                throw new AssertionError("closed after " + bytes.toString(StandardCharsets.UTF_8));
            }
            bytes.write(next);
        }
        Received head = new Received(bytes.toString(StandardCharsets.UTF_8), End.STILL_OPEN);
        byte[] body = in.readNBytes(head.contentLength());
        return new Received(head.text() + new String(body, StandardCharsets.UTF_8), End.STILL_OPEN);
    }

    /** One byte, or -1 at the end. */
    public int readByte() throws IOException {
        socket.setSoTimeout(5000);
        return socket.getInputStream().read();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
