package io.spillway.worker.consume;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

/**
 * A provider that accepts some keys and refuses others, and whose refusals repeat the key, as real ones do. Also a token
 * endpoint, below {@code /oauth2/} and {@code /tenant/}.
 */
final class KeyedProvider implements AutoCloseable {

    private static final String OPENAI = """
            {"id":"c1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"finish_reason":"stop",
            "message":{"role":"assistant","content":"hi"}}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}""";
    private static final String GEMINI = """
            {"candidates":[{"content":{"role":"model","parts":[{"text":"hi"}]},"finishReason":"STOP"}],
            "usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":1,"totalTokenCount":2}}""";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Set<String> good = ConcurrentHashMap.newKeySet();
    private final Map<String, Integer> refusals = new ConcurrentHashMap<>();
    private final List<String> used = new CopyOnWriteArrayList<>();
    private final AtomicInteger tokens = new AtomicInteger();
    private volatile int tokenStatus = 200;

    KeyedProvider() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_000);
        server.setExecutor(threads);
        server.createContext("/", this::chat);
        server.createContext("/oauth2/", this::token);
        server.createContext("/tenant/", this::token);
        server.start();
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    void accept(String key) {
        good.add(key);
        refusals.remove(key);
    }

    /** Refuses a key from now on. */
    void refuse(String key, int status) {
        refusals.put(key, status);
        good.remove(key);
    }

    void answerTokensWith(int status) {
        tokenStatus = status;
    }

    /** The keys of all calls so far, in order. */
    List<String> used() {
        return List.copyOf(used);
    }

    /** Tokens handed out so far. */
    int tokens() {
        return tokens.get();
    }

    private void chat(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        String bearer = exchange.getRequestHeaders().getFirst("Authorization");
        String key = bearer != null ? bearer.replace("Bearer ", "") : exchange.getRequestHeaders().getFirst("api-key");
        used.add(String.valueOf(key));
        if (key != null && good.contains(key)) {
            reply(exchange, 200, exchange.getRequestURI().getPath().contains("generateContent") ? GEMINI : OPENAI);
            return;
        }
        int status = refusals.getOrDefault(String.valueOf(key), 401);
        reply(exchange, status,
                "{\"error\":{\"message\":\"Incorrect API key provided: " + key + ".\",\"code\":\"" + key + "\"}}");
    }

    private void token(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        if (tokenStatus != 200) {
            reply(exchange, tokenStatus, "{\"error\":\"invalid_grant\"}");
            return;
        }
        String token = "token-" + tokens.incrementAndGet();
        good.add(token);
        reply(exchange, 200, "{\"access_token\":\"" + token + "\",\"expires_in\":3599,\"token_type\":\"Bearer\"}");
    }

    private static void reply(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        try (exchange) {
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
