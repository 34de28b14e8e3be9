package io.spillway.simulator.wire;

import java.nio.charset.StandardCharsets;

/** Builds the bytes of a status line and headers. Not checked for sense: a handler may lie about its body. */
public final class ResponseHead {

    private final int status;
    private final StringBuilder head = new StringBuilder(512);

    public ResponseHead(int status) {
        this.status = status;
        head.append("HTTP/1.1 ").append(status).append(' ').append(reason(status)).append("\r\n");
    }

    public int status() {
        return status;
    }

    public ResponseHead add(String name, String value) {
        head.append(name).append(": ").append(value).append("\r\n");
        return this;
    }

    public ResponseHead add(String name, long value) {
        head.append(name).append(": ").append(value).append("\r\n");
        return this;
    }

    /** Status line, headers and the blank line. */
    public byte[] bytes() {
        return (head + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Head, {@code content-length} and the body in one array, so that one write sends all. */
    public byte[] bytesWith(byte[] body) {
        byte[] first = add("content-length", body.length).bytes();
        byte[] all = new byte[first.length + body.length];
        System.arraycopy(first, 0, all, 0, first.length);
        System.arraycopy(body, 0, all, first.length, body.length);
        return all;
    }

    private static String reason(int status) {
        return switch (status) {
            case 200 -> "OK";
            case 204 -> "No Content";
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 402 -> "Payment Required";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 408 -> "Request Timeout";
            case 409 -> "Conflict";
            case 413 -> "Content Too Large";
            case 422 -> "Unprocessable Entity";
            case 424 -> "Failed Dependency";
            case 429 -> "Too Many Requests";
            case 431 -> "Request Header Fields Too Large";
            case 500 -> "Internal Server Error";
            case 501 -> "Not Implemented";
            case 502 -> "Bad Gateway";
            case 503 -> "Service Unavailable";
            case 504 -> "Gateway Timeout";
            case 505 -> "HTTP Version Not Supported";
            case 529 -> "Overloaded";
            default -> "Status";
        };
    }
}
