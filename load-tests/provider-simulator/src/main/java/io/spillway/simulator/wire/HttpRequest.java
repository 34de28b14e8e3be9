package io.spillway.simulator.wire;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** One fully received request. Header names are looked up in lower case; a repeated header is joined with {@code ", "}. */
public final class HttpRequest {

    private final String method;
    private final String path;
    private final String query;
    private final Map<String, String> headers;
    private final byte[] body;
    private final boolean closeAfter;

    HttpRequest(String method, String target, Map<String, String> headers, byte[] body, boolean closeAfter) {
        this.method = method;
        int mark = target.indexOf('?');
        this.path = mark < 0 ? target : target.substring(0, mark);
        this.query = mark < 0 ? "" : target.substring(mark + 1);
        this.headers = headers;
        this.body = body;
        this.closeAfter = closeAfter;
    }

    public String method() {
        return method;
    }

    /** The target without its query, not percent-decoded. */
    public String path() {
        return path;
    }

    /** The body bytes, not copied: callers read, never write. */
    public byte[] body() {
        return body;
    }

    /** The value of the header, whose name is given in lower case. */
    public Optional<String> header(String lowerCaseName) {
        return Optional.ofNullable(headers.get(lowerCaseName));
    }

    /** The first value of a query parameter, percent-decoded. */
    public Optional<String> queryParameter(String name) {
        String prefix = name + "=";
        int from = 0;
        while (from < query.length()) {
            int to = query.indexOf('&', from);
            int end = to < 0 ? query.length() : to;
            if (query.startsWith(prefix, from)) {
                return Optional.of(URLDecoder.decode(query.substring(from + prefix.length(), end), StandardCharsets.UTF_8));
            }
            from = end + 1;
        }
        return Optional.empty();
    }

    /** Whether the client wants the connection closed after the answer. */
    boolean closeAfter() {
        return closeAfter;
    }

    static String headerKey(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
