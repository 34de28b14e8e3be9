package io.spillway.simulator.wire;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Reads requests off one connection. Heads go through a small buffer that starts at 2 KiB, because many thousand connections may be
 * held at once; bodies are read straight into an array of their own size.
 */
final class RequestReader {

    private static final int INITIAL_BUFFER = 2 * 1024;
    private static final int MAX_HEAD = 64 * 1024;
    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);

    private final InputStream in;
    private final OutputStream out;
    private final int maxBody;
    private byte[] buffer = new byte[INITIAL_BUFFER];
    private int start;
    private int end;

    RequestReader(InputStream in, OutputStream out, int maxBody) {
        this.in = in;
        this.out = out;
        this.maxBody = maxBody;
    }

    /** The next request, or empty when the client has closed the connection between requests. */
    Optional<HttpRequest> next() throws IOException {
        int headEnd = readHead();
        if (headEnd < 0) {
            return Optional.empty();
        }
        String head = new String(buffer, start, headEnd - start, StandardCharsets.ISO_8859_1);
        start = headEnd;
        int lineEnd = head.indexOf("\r\n");
        int firstSpace = head.indexOf(' ');
        int secondSpace = head.indexOf(' ', firstSpace + 1);
        if (firstSpace <= 0 || secondSpace < 0 || secondSpace > lineEnd) {
            throw new MalformedRequestException(400, "the request line is not 'METHOD target HTTP/1.1'");
        }
        String version = head.substring(secondSpace + 1, lineEnd);
        if (!version.startsWith("HTTP/1.")) {
            throw new MalformedRequestException(505, "only HTTP/1.1 is spoken here");
        }
        Map<String, String> headers = headers(head, lineEnd + 2);
        String connection = headers.getOrDefault("connection", "");
        boolean closeAfter = version.equals("HTTP/1.0")
                ? !connection.equalsIgnoreCase("keep-alive")
                : connection.regionMatches(true, 0, "close", 0, 5);
        byte[] body = body(headers);
        return Optional.of(new HttpRequest(head.substring(0, firstSpace), head.substring(firstSpace + 1, secondSpace), headers,
                body, closeAfter));
    }

    /**
     * Waits for bytes or the end of the stream. Bytes that arrive are kept for the next request. Returns true at the end, and for a client
     * that goes on sending more than any request may hold.
     */
    boolean reachedEnd() throws IOException {
        return end - start > maxBody + (long) MAX_HEAD || !fill();
    }

    /** Index just behind the blank line, or -1 at an orderly end before any byte. */
    private int readHead() throws IOException {
        int scan = start;
        while (true) {
            for (int i = scan; i + 3 < end; i++) {
                if (buffer[i] == '\r' && buffer[i + 1] == '\n' && buffer[i + 2] == '\r' && buffer[i + 3] == '\n') {
                    return requireHeadSize(i + 4);
                }
            }
            requireHeadSize(end);
            int scanned = Math.max(0, end - start - 3);
            if (!fill()) {
                if (end == start) {
                    return -1;
                }
                throw new EOFException("the client closed in the middle of a request head");
            }
            scan = start + scanned;
        }
    }

    private int requireHeadSize(int headEnd) {
        if (headEnd - start > MAX_HEAD) {
            throw new MalformedRequestException(431, "the request head is larger than 64 KiB");
        }
        return headEnd;
    }

    private boolean fill() throws IOException {
        if (start == end) {
            start = 0;
            end = 0;
        } else if (end == buffer.length) {
            if (start > 0) {
                System.arraycopy(buffer, start, buffer, 0, end - start);
                end -= start;
                start = 0;
            } else {
                buffer = Arrays.copyOf(buffer, buffer.length * 2);
            }
        }
        int count = in.read(buffer, end, buffer.length - end);
        if (count < 0) {
            return false;
        }
        end += count;
        return true;
    }

    private static Map<String, String> headers(String head, int from) {
        Map<String, String> headers = new HashMap<>();
        int lineStart = from;
        while (true) {
            int lineEnd = head.indexOf("\r\n", lineStart);
            if (lineEnd == lineStart) {
                return headers;
            }
            int colon = head.indexOf(':', lineStart);
            if (colon <= lineStart || colon > lineEnd) {
                throw new MalformedRequestException(400, "a header line has no name");
            }
            headers.merge(HttpRequest.headerKey(head.substring(lineStart, colon)), head.substring(colon + 1, lineEnd).strip(),
                    (first, second) -> first + ", " + second);
            lineStart = lineEnd + 2;
        }
    }

    private byte[] body(Map<String, String> headers) throws IOException {
        String coding = headers.get("transfer-encoding");
        String length = headers.get("content-length");
        if (coding != null && length != null) {
            throw new MalformedRequestException(400, "both Transfer-Encoding and Content-Length are present");
        }
        if ("100-continue".equalsIgnoreCase(headers.get("expect"))) {
            out.write(CONTINUE);
        }
        if (coding != null) {
            if (!coding.equalsIgnoreCase("chunked")) {
                throw new MalformedRequestException(501, "the only transfer coding understood is chunked");
            }
            return chunkedBody();
        }
        byte[] body = new byte[length == null ? 0 : size(length, 10)];
        readFully(body, 0, body.length);
        return body;
    }

    private byte[] chunkedBody() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            String line = line();
            int semicolon = line.indexOf(';');
            int size = size(semicolon < 0 ? line : line.substring(0, semicolon), 16);
            if (size == 0) {
                while (!line().isEmpty()) {
                    // Trailers carry nothing the simulator needs.
                }
                return body.toByteArray();
            }
            if (body.size() + (long) size > maxBody) {
                throw tooLarge();
            }
            byte[] chunk = new byte[size];
            readFully(chunk, 0, size);
            body.write(chunk, 0, size);
            if (!line().isEmpty()) {
                throw new MalformedRequestException(400, "a chunk is longer than its announced size");
            }
        }
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            if (start == end && !fill()) {
                throw new EOFException("the client closed in the middle of a chunked body");
            }
            char c = (char) (buffer[start++] & 0xff);
            if (c == '\n') {
                int length = line.length();
                return length > 0 && line.charAt(length - 1) == '\r' ? line.substring(0, length - 1) : line.toString();
            }
            line.append(c);
            if (line.length() > MAX_HEAD) {
                throw new MalformedRequestException(400, "a chunk line is larger than 64 KiB");
            }
        }
    }

    private int size(String text, int radix) {
        long size;
        try {
            size = Long.parseLong(text.strip(), radix);
        } catch (NumberFormatException e) {
            throw new MalformedRequestException(400, "a body size is not a number");
        }
        if (size < 0) {
            throw new MalformedRequestException(400, "a body size is negative");
        }
        if (size > maxBody) {
            throw tooLarge();
        }
        return (int) size;
    }

    private static MalformedRequestException tooLarge() {
        return new MalformedRequestException(413, "the request body is larger than this server accepts");
    }

    private void readFully(byte[] target, int offset, int length) throws IOException {
        int buffered = Math.min(length, end - start);
        System.arraycopy(buffer, start, target, offset, buffered);
        start += buffered;
        if (in.readNBytes(target, offset + buffered, length - buffered) < length - buffered) {
            throw new EOFException("the client closed in the middle of a request body");
        }
    }
}
