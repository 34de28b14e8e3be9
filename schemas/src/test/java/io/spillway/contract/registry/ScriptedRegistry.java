package io.spillway.contract.registry;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

import com.sun.net.httpserver.HttpServer;

/** A server that answers what a test says and remembers what it was asked. */
final class ScriptedRegistry implements AutoCloseable {

    record Asked(String method, String uri, Optional<String> authorization, String contentType, String accept,
            String cluster, String body) {}

    record Answer(int status, String body) {}

    private final List<Asked> asked = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    private volatile Function<Asked, Answer> script;

    ScriptedRegistry(Function<Asked, Answer> script) {
        this(0, script);
    }

    ScriptedRegistry(int port, Function<Asked, Answer> script) {
        this.script = script;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            try (exchange) {
                var headers = exchange.getRequestHeaders();
                Asked question = new Asked(exchange.getRequestMethod(), exchange.getRequestURI().toString(),
                        Optional.ofNullable(headers.getFirst("Authorization")),
                        String.valueOf(headers.getFirst("Content-Type")), String.valueOf(headers.getFirst("Accept")),
                        String.valueOf(headers.getFirst("target-sr-cluster")),
                        new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
                asked.add(question);
                Answer answer = this.script.apply(question);
                byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
                exchange.getResponseBody().write(body);
            }
        });
        server.start();
    }

    static Answer ok(String body) {
        return new Answer(200, body);
    }

    static Answer error(int status, int code, String message) {
        return new Answer(status, "{\"error_code\":" + code + ",\"message\":\"" + message + "\"}");
    }

    void answer(Function<Asked, Answer> newScript) {
        script = newScript;
    }

    List<Asked> asked() {
        return List.copyOf(asked);
    }

    int port() {
        return server.getAddress().getPort();
    }

    String url() {
        return "http://127.0.0.1:" + port();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
