package io.spillway.contract.registry;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A schema registry inside this JVM with Confluent's REST API, for the local stack and for tests. Ids are given from 1 and
 * stay what they are when a data directory is kept. It has no authentication: bind it to the loopback address.
 */
public final class EmbeddedSchemaRegistry implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(EmbeddedSchemaRegistry.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MEDIA_TYPE = "application/vnd.schemaregistry.v1+json";
    private static final int THREADS = 4;
    private static final int MAX_BODY_BYTES = 4 * 1024 * 1024;

    private final HttpServer server;
    private final ExecutorService threads;
    private final SchemaStore store;
    private final RegistryApi api;

    private EmbeddedSchemaRegistry(HttpServer server, SchemaStore store) {
        this.server = server;
        this.store = store;
        this.api = new RegistryApi(store);
        AtomicInteger number = new AtomicInteger();
        this.threads = Executors.newFixedThreadPool(THREADS, task -> {
            Thread thread = new Thread(task, "spillway-registry-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Starts a registry that asks for {@link CompatibilityLevel#FULL_TRANSITIVE} unless told otherwise over its API.
     *
     * @param address
     *            port 0 takes a free one, see {@link #baseUri()}
     * @param dataDirectory
     *            where schemas are kept, or null to forget them at the end
     * @throws IOException
     *             when the port is taken, or the directory is damaged or used by another registry
     */
    public static EmbeddedSchemaRegistry start(InetSocketAddress address, @Nullable Path dataDirectory)
            throws IOException {
        return start(address, dataDirectory, CompatibilityLevel.FULL_TRANSITIVE);
    }

    /** As {@link #start(InetSocketAddress, Path)} with another level for subjects that have none of their own. */
    public static EmbeddedSchemaRegistry start(InetSocketAddress address, @Nullable Path dataDirectory,
            CompatibilityLevel defaultLevel) throws IOException {
        HttpServer server = HttpServer.create(address, 0);
        EmbeddedSchemaRegistry registry;
        try {
            registry = new EmbeddedSchemaRegistry(server, new SchemaStore(dataDirectory, defaultLevel));
        } catch (IOException | RuntimeException e) {
            // A server that never started only gives back its port this way.
            server.stop(0);
            throw e;
        }
        server.createContext("/", registry::handle);
        server.setExecutor(registry.threads);
        server.start();
        LOGGER.atInfo().addKeyValue("endpoint", registry.baseUri()).log("Schema registry started");
        return registry;
    }

    /** Where it listens, for {@code schema.registry.url}. */
    public URI baseUri() {
        InetAddress host = server.getAddress().getAddress();
        String name = host.isAnyLocalAddress() ? "localhost" : host.getHostAddress();
        return URI.create("http://" + (name.contains(":") ? "[" + name + "]" : name) + ":"
                + server.getAddress().getPort());
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            int status = 200;
            JsonNode body;
            try {
                body = api.answer(question(exchange));
            } catch (RegistryFault fault) {
                status = fault.status();
                body = error(fault.errorCode(), fault.getMessage());
            } catch (RuntimeException e) {
                LOGGER.atError().setCause(e).log("Schema registry failed to answer");
                status = 500;
                body = error(50_001, "Internal error: " + e.getClass().getSimpleName());
            }
            send(exchange, status, body);
        }
    }

    private static RegistryApi.Question question(HttpExchange exchange) throws IOException {
        List<String> path = new ArrayList<>();
        for (String part : exchange.getRequestURI().getRawPath().split("/", -1)) {
            if (!part.isEmpty()) {
                path.add(decode(part.replace("+", "%2B")));
            }
        }
        Map<String, String> query = new HashMap<>();
        String rawQuery = exchange.getRequestURI().getRawQuery();
        for (String pair : (rawQuery == null ? "" : rawQuery).split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                query.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
            }
        }
        return new RegistryApi.Question(exchange.getRequestMethod(), path, query, body(exchange.getRequestBody()));
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw RegistryFault.noSuchPath();
        }
    }

    private static JsonNode body(InputStream stream) throws IOException {
        byte[] bytes = stream.readNBytes(MAX_BODY_BYTES + 1);
        if (bytes.length > MAX_BODY_BYTES) {
            throw RegistryFault.tooLarge();
        }
        if (bytes.length == 0) {
            return MissingNode.getInstance();
        }
        try {
            return JSON.readTree(bytes);
        } catch (JsonProcessingException e) {
            throw RegistryFault.badBody(e.getOriginalMessage());
        }
    }

    private static JsonNode error(int code, @Nullable String message) {
        return JsonNodeFactory.instance.objectNode().put("error_code", code).put("message", message);
    }

    private static void send(HttpExchange exchange, int status, JsonNode body) throws IOException {
        byte[] bytes = JSON.writeValueAsBytes(body);
        String accept = exchange.getRequestHeaders().getFirst("Accept");
        boolean plain = accept != null && !accept.contains("schemaregistry") && accept.contains("application/json");
        exchange.getResponseHeaders().set("Content-Type", plain ? "application/json" : MEDIA_TYPE);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    /** Stops at once; what was answered is on disk. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        try {
            store.close();
        } catch (IOException e) {
            LOGGER.atWarn().setCause(e).log("Schema registry did not close its file cleanly");
        }
    }
}
