package io.spillway.worker.http;

import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.SocketConfig;
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
    /** New connections follow a changed DNS entry. */
    private static final TimeValue TIME_TO_LIVE = TimeValue.ofMinutes(5);

    private Clients() {}

    static PoolingHttpClientConnectionManager pool(HttpSettings settings, LookUps lookUps) {
        Timeout connect = Timeout.of(settings.connect());
        Http1Config http1 = Http1Config.custom().setBufferSize(BUFFER).setChunkSizeHint(BUFFER).setMaxLineLength(MAX_LINE)
                .setMaxHeaderCount(MAX_HEADERS).setMaxEmptyLineCount(MAX_EMPTY_LINES).build();
        return PoolingHttpClientConnectionManagerBuilder.create().setDnsResolver(lookUps)
                .setConnectionFactory(ManagedHttpClientConnectionFactory.builder().http1Config(http1).build())
                .setMaxConnTotal(settings.maxConnections()).setMaxConnPerRoute(settings.maxConnections())
                .setDefaultSocketConfig(SocketConfig.custom().setTcpNoDelay(true).setSoKeepAlive(true).build())
                .setDefaultConnectionConfig(ConnectionConfig.custom().setConnectTimeout(connect).setTimeToLive(TIME_TO_LIVE)
                        .setValidateAfterInactivity(LOOK_AFTER_IDLE).build())
                .setDefaultTlsConfig(TlsConfig.custom().setHandshakeTimeout(connect).build())
                .setTlsSocketStrategy(settings.tls().map(DefaultClientTlsStrategy::new)
                        .orElseGet(DefaultClientTlsStrategy::createDefault))
                .build();
    }

    static CloseableHttpClient client(PoolingHttpClientConnectionManager pool) {
        return HttpClientBuilder.create().setConnectionManager(pool).setRequestExecutor(new ExchangeRecorder())
                .setDefaultRequestConfig(REQUEST_CONFIG).disableAutomaticRetries().disableRedirectHandling()
                .disableCookieManagement().disableAuthCaching().disableContentCompression().disableConnectionState()
                .setUserAgent("spillway").build();
    }
}
