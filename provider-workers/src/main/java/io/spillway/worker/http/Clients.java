package io.spillway.worker.http;

import java.util.function.LongSupplier;

import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.ssl.TLS;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.pool.PoolReusePolicy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/** How the HTTP client is set up: everything it might do on its own is switched off. */
final class Clients {

    static final RequestConfig REQUEST_CONFIG = RequestConfig.custom().setRedirectsEnabled(false).setAuthenticationEnabled(false)
            .setExpectContinueEnabled(false).setProtocolUpgradeEnabled(false).setContentCompressionEnabled(false).build();

    /** Small, because thousands of connections wait at once. */
    private static final int BUFFER = 2 * 1024;
    private static final int MAX_LINE = 16 * 1024;
    private static final int MAX_HEADERS = 200;
    private static final int MAX_EMPTY_LINES = 10;
    /** Load balancers close idle connections silently; looking costs one millisecond at most. */
    private static final TimeValue LOOK_AFTER_IDLE = TimeValue.ofMilliseconds(100);

    private Clients() {}

    /** A pool whose connections reach so far and no farther. */
    static PoolingHttpClientConnectionManager pool(HttpSettings settings, EdgeSettings edge, LookUps lookUps, Reach reach,
            LongSupplier nanoTime) {
        Timeout connect = Timeout.of(settings.connect());
        Http1Config http1 = Http1Config.custom().setBufferSize(BUFFER).setChunkSizeHint(BUFFER).setMaxLineLength(MAX_LINE)
                .setMaxHeaderCount(MAX_HEADERS).setMaxEmptyLineCount(MAX_EMPTY_LINES).build();
        TlsSocketStrategy tls = settings.tls().map(DefaultClientTlsStrategy::new)
                .orElseGet(DefaultClientTlsStrategy::createDefault);
        PoolingHttpClientConnectionManager pool = new PoolingHttpClientConnectionManager(
                new GuardedConnections(lookUps, tls, reach, edge.proxy().map(Routes::hop), nanoTime),
                PoolConcurrencyPolicy.STRICT, PoolReusePolicy.LIFO, TimeValue.NEG_ONE_MILLISECOND,
                ManagedHttpClientConnectionFactory.builder().http1Config(http1).build());
        pool.setMaxTotal(settings.maxConnections());
        pool.setDefaultMaxPerRoute(settings.maxConnections());
        pool.setDefaultSocketConfig(SocketConfig.custom().setTcpNoDelay(true).setSoKeepAlive(true).build());
        pool.setDefaultConnectionConfig(ConnectionConfig.custom().setConnectTimeout(connect)
                .setTimeToLive(TimeValue.of(edge.connectionLifetime())).setValidateAfterInactivity(LOOK_AFTER_IDLE).build());
        pool.setDefaultTlsConfig(
                TlsConfig.custom().setHandshakeTimeout(connect).setSupportedProtocols(TLS.V_1_3, TLS.V_1_2).build());
        return pool;
    }

    static CloseableHttpClient client(PoolingHttpClientConnectionManager pool, EdgeSettings edge) {
        return HttpClientBuilder.create().setConnectionManager(pool).setRequestExecutor(new ExchangeRecorder(edge.proxy()))
                .setRoutePlanner(new Routes(edge.proxy()))
                .setDefaultRequestConfig(REQUEST_CONFIG).disableAutomaticRetries().disableRedirectHandling()
                .disableCookieManagement().disableAuthCaching().disableContentCompression().disableConnectionState()
                .setUserAgent("spillway").build();
    }
}
