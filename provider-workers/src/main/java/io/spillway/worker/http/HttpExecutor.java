package io.spillway.worker.http;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;

import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

import io.spillway.v1.SendState;
import io.spillway.v1.TimeoutPhase;
import io.spillway.worker.http.CallResult.Broken;
import io.spillway.worker.http.CallResult.Received;
import io.spillway.worker.http.TransportFailure.ConnectionFailed;
import io.spillway.worker.http.TransportFailure.TimedOut;
import io.spillway.worker.provider.AnswerAssembler;
import io.spillway.worker.provider.HttpAnswer;
import io.spillway.worker.provider.HttpCall;
import io.spillway.worker.provider.StatusKinds;

/**
 * Makes HTTP calls, one per calling thread; meant for virtual threads. Every call ends by its total timeout whatever the
 * provider does, holds a few kilobytes while it waits, and says truthfully how far the request got. Nothing is repeated,
 * redirected, cached or remembered, with one exception: a pooled connection that proved dead before any byte of the request was
 * taken is replaced once.
 */
public final class HttpExecutor implements AutoCloseable {

    private static final TimeValue KEEP_IDLE = TimeValue.ofSeconds(30);
    /** Backstop behind the watchdog, should its thread ever stall. */
    private static final long SOCKET_TIMEOUT_SLACK_MILLIS = 2_000;
    /** A token takes a few bytes of an answer and a few hundred of a stream; a stream may be so many times larger. */
    private static final int MOST_STREAM_BODIES = 4;
    /** Written by the client from the body and the address. */
    private static final Set<String> OWN_HEADERS = Set.of("content-length", "transfer-encoding", "host", "connection");

    private final HttpSettings settings;
    private final LongSupplier nanoTime;
    private final LookUps lookUps;
    /** Two pools, so that a call which may only reach public addresses never finds a connection to a private one. */
    private final Line publicLine;
    private final Line privateLine;
    private final Watchdog watchdog;
    private volatile boolean isDraining;

    public HttpExecutor(HttpSettings settings, LongSupplier nanoTime) {
        this(settings, EdgeSettings.standard(), nanoTime);
    }

    public HttpExecutor(HttpSettings settings, EdgeSettings edge, LongSupplier nanoTime) {
        this(settings, edge, SystemDefaultDnsResolver.INSTANCE, nanoTime);
    }

    /** For tests: with names of their own. */
    HttpExecutor(HttpSettings settings, EdgeSettings edge, DnsResolver names, LongSupplier nanoTime) {
        this.settings = settings;
        this.nanoTime = nanoTime;
        this.lookUps = new LookUps(names, settings.connect());
        this.publicLine = Line.open(Clients.pool(settings, edge, lookUps, Reach.PUBLIC, nanoTime), edge);
        this.privateLine = Line.open(Clients.pool(settings, edge, lookUps, Reach.PRIVATE, nanoTime), edge);
        this.watchdog = new Watchdog(nanoTime, this::closeIdle);
    }

    public void start() {
        watchdog.start();
    }

    /** Makes a call to a public address over https, as {@link #execute(HttpCall, CallTimeouts, Reach)} does. */
    public CallResult execute(HttpCall call, CallTimeouts timeouts) {
        return execute(call, timeouts, Reach.PUBLIC);
    }

    /** The same for a response that comes in one piece. */
    public CallResult execute(HttpCall call, CallTimeouts timeouts, Reach reach) {
        return execute(call, timeouts, reach, head -> Optional.empty());
    }

    /**
     * Makes the call and waits for its end. Blocks for at most the total timeout, give or take a quarter of a second.
     *
     * @param reach what the call may connect to; anything else is refused before a byte is sent
     * @param streams the assembler for a 2xx response with this head, when it is a stream; it is asked and fed on this thread
     */
    public CallResult execute(HttpCall call, CallTimeouts timeouts, Reach reach,
            Function<HttpAnswer, Optional<AnswerAssembler>> streams) {
        Optional<String> refusal = EgressPolicy.refusal(call.uri(), reach);
        if (refusal.isPresent()) {
            return new Broken(new ConnectionFailed(SendState.NOT_SENT, refusal.get()), 0);
        }
        CloseableHttpClient client = (reach == Reach.PUBLIC ? publicLine : privateLine).client();
        long started = nanoTime.getAsLong();
        if (!timeouts.total().isPositive()) {
            return new Broken(new TimedOut(SendState.NOT_SENT, TimeoutPhase.TOTAL, "no time was left for the call"), 0);
        }
        Once first = once(client, call, timeouts, streams, started);
        return first.mayRepeat() ? once(client, call, timeouts, streams, started).result() : first.result();
    }

    /** Calls running now. */
    public int inFlight() {
        return watchdog.size();
    }

    /** Ends every running call at once, and every later one as soon as it begins. */
    public void abortAll() {
        watchdog.abortAll();
    }

    /** Closes idle connections now, and every other one soon after its call ends. Calls go on. */
    public void drain() {
        isDraining = true;
        closeIdle();
    }

    @Override
    public void close() {
        watchdog.close();
        publicLine.close();
        privateLine.close();
        lookUps.close();
    }

    private record Line(PoolingHttpClientConnectionManager pool, CloseableHttpClient client) {

        static Line open(PoolingHttpClientConnectionManager pool, EdgeSettings edge) {
            return new Line(pool, Clients.client(pool, edge));
        }

        void close() {
            client.close(CloseMode.IMMEDIATE);
            pool.close(CloseMode.IMMEDIATE);
        }

        void closeIdle(TimeValue longest) {
            pool.closeExpired();
            pool.closeIdle(longest);
        }
    }

    private record Once(CallResult result, boolean mayRepeat) {}

    private Once once(CloseableHttpClient client, HttpCall call, CallTimeouts timeouts,
            Function<HttpAnswer, Optional<AnswerAssembler>> streams, long started) {
        HttpPost request = request(call, timeouts);
        Exchange exchange = new Exchange(request, timeouts, nanoTime, started);
        HttpClientContext context = HttpClientContext.create();
        ExchangeRecorder.attach(context, exchange);
        watchdog.watch(exchange);
        @Nullable
        CallResult result = null;
        try (ClassicHttpResponse response = client.executeOpen(HttpHost.create(call.uri()), request, context)) {
            HttpAnswer head = new HttpAnswer(response.getCode(), headers(response), new byte[0]);
            HttpEntity entity = response.getEntity();
            Optional<AnswerAssembler> assembler = entity != null && StatusKinds.isSuccess(head.status())
                    ? streams.apply(head)
                    : Optional.empty();
            result = assembler.isPresent() && entity != null
                    ? AnswerStream.read(head, entity, MOST_STREAM_BODIES * settings.maxBodyBytes(), assembler.get(), request,
                            exchange)
                    : received(head, entity, request, exchange);
            return new Once(result, false);
        } catch (IOException e) {
            return ended(result, e, exchange);
        } catch (RuntimeException e) {
            // A cut between two steps of the client takes the connection from under it, and it complains of misuse or of null.
            if (exchange.cut() == null) {
                throw e;
            }
            return ended(result, new InterruptedIOException(e.toString()), exchange);
        } finally {
            watchdog.release(exchange);
        }
    }

    private static Once ended(@Nullable CallResult result, IOException error, Exchange exchange) {
        if (result != null) {
            // Only the closing failed, because the rest of the response was not wanted.
            return new Once(result, false);
        }
        TransportFailure failure = Verdict.of(error, exchange);
        boolean isStaleConnection = exchange.cut() == null && exchange.wasReused() && failure.sent() == SendState.NOT_SENT;
        return new Once(new Broken(failure, exchange.elapsedMillis()), isStaleConnection);
    }

    private Received received(HttpAnswer head, @Nullable HttpEntity entity, HttpPost request, Exchange exchange)
            throws IOException {
        byte[] body;
        try {
            body = entity == null ? new byte[0] : BodyReader.read(entity, settings.maxBodyBytes(), exchange);
        } catch (IOException e) {
            // Cut first: closing an unfinished response would read it to its end.
            request.cancel();
            throw e;
        }
        return new Received(new HttpAnswer(head.status(), head.headers(), body), exchange.firstByteMillis(),
                exchange.elapsedMillis());
    }

    private static Map<String, List<String>> headers(ClassicHttpResponse response) {
        Map<String, List<String>> headers = new HashMap<>();
        for (Header header : response.getHeaders()) {
            String name = header.getName().toLowerCase(Locale.ROOT);
            // The body is decoded by now.
            if (!name.equals("content-encoding")) {
                headers.computeIfAbsent(name, key -> new ArrayList<>(1)).add(header.getValue() == null ? "" : header.getValue());
            }
        }
        return headers;
    }

    private static HttpPost request(HttpCall call, CallTimeouts timeouts) {
        HttpPost request = new HttpPost(call.uri());
        request.setHeader("Accept-Encoding", "gzip");
        for (HttpCall.Header header : call.headers()) {
            if (!OWN_HEADERS.contains(header.name().toLowerCase(Locale.ROOT))) {
                request.setHeader(header.name(), header.value());
            }
        }
        request.setEntity(new ByteArrayEntity(call.body(), null));
        long first = Math.max(timeouts.firstByte().toMillis(), timeouts.firstToken().toMillis());
        long silence = Math.max(first, timeouts.idleGap().toMillis()) + SOCKET_TIMEOUT_SLACK_MILLIS;
        request.setConfig(RequestConfig.copy(Clients.REQUEST_CONFIG).setResponseTimeout(Timeout.ofMilliseconds(silence))
                .setConnectionRequestTimeout(timeouts.connect().toMillis(), TimeUnit.MILLISECONDS).build());
        return request;
    }

    private void closeIdle() {
        TimeValue longest = isDraining ? TimeValue.ZERO_MILLISECONDS : KEEP_IDLE;
        publicLine.closeIdle(longest);
        privateLine.closeIdle(longest);
    }
}
