package io.spillway.worker.http;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;

import io.spillway.worker.credential.TokenServer;
import io.spillway.worker.provider.HttpCall;

/** Reaches token servers over the same HTTP client as providers: the same TLS rules, limits and watchdog. */
public final class HttpTokenServer implements TokenServer {

    /** Token servers answer within a second; callers wait meanwhile. */
    private static final CallTimeouts TIMEOUTS = new CallTimeouts(Duration.ofSeconds(3), Duration.ofSeconds(5),
            Duration.ofSeconds(3), Duration.ofSeconds(8));

    private final HttpExecutor http;

    public HttpTokenServer(HttpExecutor http) {
        this.http = http;
    }

    @Override
    public Reply post(URI uri, byte[] form) throws IOException {
        HttpCall call = new HttpCall(uri, List.of(new HttpCall.Header("Content-Type", "application/x-www-form-urlencoded"),
                new HttpCall.Header("Accept", "application/json")), form);
        Reach reach = isLoopback(uri) ? Reach.PRIVATE_PLAIN : Reach.PUBLIC;
        return switch (http.execute(call, TIMEOUTS, reach)) {
            case CallResult.Received received -> new Reply(received.answer().status(), received.answer().body());
            case CallResult.Streamed streamed -> throw new IOException("a stream where a token was expected");
            case CallResult.Broken broken -> throw new IOException(broken.failure().getClass().getSimpleName());
        };
    }

    private static boolean isLoopback(URI uri) {
        String host = uri.getHost();
        return host != null && (host.equals("127.0.0.1") || host.equals("localhost") || host.equals("[::1]"));
    }
}
