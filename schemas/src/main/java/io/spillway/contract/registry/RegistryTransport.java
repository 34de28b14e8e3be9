package io.spillway.contract.registry;

import java.io.IOException;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends one question to the first registry that answers. Every call has one absolute deadline over all addresses and
 * retries; an address that worked is asked first the next time. Every question of the API may be repeated safely.
 */
final class RegistryTransport implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(RegistryTransport.class);
    private static final String MEDIA_TYPE = "application/vnd.schemaregistry.v1+json";
    private static final String PLAIN_JSON = "application/json";
    private static final String ACCEPT = MEDIA_TYPE + ", application/vnd.schemaregistry+json;q=0.9, " + PLAIN_JSON
            + ";q=0.8";

    private final List<RegistryEndpoint> endpoints;
    private final Map<String, String> headers;
    private final HttpClient http;
    private final Duration readTimeout;
    private final Duration callTimeout;
    private final int maxRetries;
    private final long firstWaitMillis;
    private final long maxWaitMillis;
    private volatile int preferred;

    RegistryTransport(SchemaRegistryConfig config) {
        this.endpoints = config.endpoints();
        this.headers = config.headers();
        this.readTimeout = config.millis(SchemaRegistryConfig.READ_TIMEOUT_MS);
        this.callTimeout = config.millis(SchemaRegistryConfig.CALL_TIMEOUT_MS);
        this.maxRetries = config.maxRetries();
        this.firstWaitMillis = config.millis(SchemaRegistryConfig.RETRY_WAIT_MS).toMillis();
        this.maxWaitMillis = config.millis(SchemaRegistryConfig.RETRY_MAX_WAIT_MS).toMillis();
        // Redirects are not followed: they would carry the credentials to another host.
        HttpClient.Builder builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(config.millis(SchemaRegistryConfig.CONNECT_TIMEOUT_MS));
        config.sslContext().ifPresent(builder::sslContext);
        config.proxy().ifPresent(address -> builder.proxy(ProxySelector.of(address)));
        this.http = builder.build();
    }

    /**
     * The first answer that is not a sign of a sick server, whatever its status.
     *
     * @throws SchemaRegistryUnavailableException
     *             when no address gave one before the deadline
     */
    RegistryReply call(String method, String pathAndQuery, @Nullable String body) {
        long deadline = System.nanoTime() + callTimeout.toNanos();
        String failure = "";
        Throwable cause = null;
        for (int round = 0; round <= maxRetries; round++) {
            if (round > 0 && !waitBeforeRound(round, deadline)) {
                break;
            }
            int first = preferred;
            for (int i = 0; i < endpoints.size(); i++) {
                int index = (first + i) % endpoints.size();
                RegistryEndpoint endpoint = endpoints.get(index);
                try {
                    RegistryReply reply = send(endpoint, method, pathAndQuery, body, deadline);
                    if (!reply.isTransient()) {
                        preferred = index;
                        return reply;
                    }
                    failure = endpoint + " answered HTTP " + reply.status();
                    cause = null;
                } catch (IOException | TimeoutException e) {
                    failure = endpoint + ": " + describe(e);
                    cause = e;
                }
                LOGGER.atDebug().addKeyValue("endpoint", endpoint.base()).addKeyValue("error", failure)
                        .log("Schema registry did not answer");
            }
        }
        throw new SchemaRegistryUnavailableException("No schema registry answered within " + callTimeout.toMillis()
                + " ms (last: " + failure + "). Check that " + endpoints + " is up and that "
                + SchemaRegistryConfig.URL + " names it.", cause);
    }

    private RegistryReply send(RegistryEndpoint endpoint, String method, String pathAndQuery, @Nullable String body,
            long deadline) throws IOException, TimeoutException {
        RegistryReply reply = exchange(endpoint, method, pathAndQuery, body, MEDIA_TYPE, deadline);
        if (reply.status() == 415 && body != null) {
            return exchange(endpoint, method, pathAndQuery, body, PLAIN_JSON, deadline);
        }
        return reply;
    }

    private RegistryReply exchange(RegistryEndpoint endpoint, String method, String pathAndQuery,
            @Nullable String body, String contentType, long deadline) throws IOException, TimeoutException {
        long waitNanos = Math.min(readTimeout.toNanos(), deadline - System.nanoTime());
        if (waitNanos <= 0) {
            throw new TimeoutException();
        }
        URI uri = endpoint.resolve(pathAndQuery);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).header("Accept", ACCEPT).method(method,
                body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (body != null) {
            request.header("Content-Type", contentType);
        }
        headers.forEach(request::header);
        endpoint.authorization().ifPresent(value -> request.header("Authorization", value));
        CompletableFuture<HttpResponse<byte[]>> exchange = http.sendAsync(request.build(),
                BodyHandlers.ofByteArray());
        try {
            // The whole exchange is bounded, body included; HttpRequest.timeout ends with the response headers.
            HttpResponse<byte[]> response = exchange.get(waitNanos, TimeUnit.NANOSECONDS);
            return new RegistryReply(endpoint.base(), method + " " + uri.getPath(), response.statusCode(),
                    response.body());
        } catch (TimeoutException e) {
            exchange.cancel(true);
            throw e;
        } catch (InterruptedException e) {
            exchange.cancel(true);
            throw new InterruptException("Interrupted while asking the schema registry", e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            throw cause instanceof IOException io ? io : new IOException(describe(cause == null ? e : cause), cause);
        }
    }

    /** False when the deadline would pass during the wait. */
    private boolean waitBeforeRound(int round, long deadline) {
        long ceiling = Math.min(maxWaitMillis, firstWaitMillis << Math.min(round - 1, 16));
        long millis = ceiling <= 1 ? ceiling : ThreadLocalRandom.current().nextLong(ceiling / 2, ceiling + 1);
        if (deadline - System.nanoTime() <= TimeUnit.MILLISECONDS.toNanos(millis)) {
            return false;
        }
        try {
            Thread.sleep(millis);
            return true;
        } catch (InterruptedException e) {
            throw new InterruptException("Interrupted while waiting for the schema registry", e);
        }
    }

    private static String describe(Throwable failure) {
        if (failure instanceof TimeoutException) {
            return "no answer in time";
        }
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }

    @Override
    public void close() {
        // Java 21 and later can stop the client's threads; on older ones they end when the client is collected.
        if (http instanceof AutoCloseable closeable) {
            try {
                closeable.close();
            } catch (Exception e) {
                LOGGER.atDebug().setCause(e).log("HTTP client did not close cleanly");
            }
        }
    }
}
