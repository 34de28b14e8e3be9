package io.spillway.worker.http;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.DefaultSchemePortResolver;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.io.HttpClientConnectionOperator;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.net.NamedEndpoint;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Opens connections: looks the host up once, drops the addresses that may not be called, and connects to exactly the ones that
 * are left, so that a name which changes in between (DNS rebinding) gains nothing. The time for connecting is shared: an
 * address that does not answer leaves time for the next one. No proxy of the JVM or the environment is heeded.
 */
final class GuardedConnections implements HttpClientConnectionOperator {

    private final HttpClientConnectionOperator connections;
    private final LookUps lookUps;
    private final Reach reach;
    private final Optional<HttpHost> proxy;
    private final LongSupplier nanoTime;

    /** @param proxy the one host that is not an endpoint: it may be private, and what goes to it is not judged by its scheme */
    GuardedConnections(LookUps lookUps, TlsSocketStrategy tls, Reach reach, Optional<HttpHost> proxy, LongSupplier nanoTime) {
        this.connections = new DefaultHttpClientConnectionOperator(_ -> new Socket(Proxy.NO_PROXY),
                DefaultSchemePortResolver.INSTANCE, new NoNames(),
                RegistryBuilder.<TlsSocketStrategy>create().register("https", tls).build());
        this.lookUps = lookUps;
        this.reach = reach;
        this.proxy = proxy;
        this.nanoTime = nanoTime;
    }

    @Override
    public void connect(ManagedHttpClientConnection connection, HttpHost host, @Nullable NamedEndpoint name,
            @Nullable Path unixSocket, @Nullable InetSocketAddress local, @Nullable Timeout timeout, SocketConfig socket,
            @Nullable Object tls, HttpContext context) throws IOException {
        long budget = timeout == null ? Long.MAX_VALUE / 4 : timeout.toNanoseconds();
        long deadline = nanoTime.getAsLong() + budget;
        List<InetAddress> addresses = allowed(host, ExchangeRecorder.exchange(context));
        IOException last = new SocketTimeoutException("no time is left to connect");
        for (int i = 0; i < addresses.size(); i++) {
            long left = deadline - nanoTime.getAsLong();
            if (left <= 0) {
                break;
            }
            Timeout share = Timeout.of(Math.max(1, TimeUnit.NANOSECONDS.toMillis(left / (addresses.size() - i))),
                    TimeUnit.MILLISECONDS);
            HttpHost pinned = new HttpHost(host.getSchemeName(), addresses.get(i), host.getHostName(), host.getPort());
            try {
                connections.connect(connection, pinned, name, null, local, share, socket, within(share, tls), context);
                return;
            } catch (IOException e) {
                last = e;
            }
        }
        throw isProxy(host) && last instanceof ConnectException ? unreachable(host) : last;
    }

    @Override
    public void connect(ManagedHttpClientConnection connection, HttpHost host, InetSocketAddress local, TimeValue timeout,
            SocketConfig socket, HttpContext context) throws IOException {
        connect(connection, host, null, null, local, Timeout.of(timeout.getDuration(), timeout.getTimeUnit()), socket, null,
                context);
    }

    @Override
    public void connect(ManagedHttpClientConnection connection, HttpHost host, NamedEndpoint name, InetSocketAddress local,
            Timeout timeout, SocketConfig socket, Object tls, HttpContext context) throws IOException {
        connect(connection, host, name, null, local, timeout, socket, tls, context);
    }

    @Override
    public void upgrade(ManagedHttpClientConnection connection, HttpHost host, HttpContext context) throws IOException {
        connections.upgrade(connection, host, context);
    }

    @Override
    public void upgrade(ManagedHttpClientConnection connection, HttpHost host, NamedEndpoint name, Object tls,
            HttpContext context) throws IOException {
        connections.upgrade(connection, host, name, tls, context);
    }

    private List<InetAddress> allowed(HttpHost host, Exchange exchange) throws IOException {
        boolean isPlain = host.getSchemeName().toLowerCase(Locale.ROOT).equals("http") && !isProxy(host);
        Reach permitted = isProxy(host) ? Reach.PRIVATE : reach;
        List<InetAddress> addresses = new ArrayList<>();
        Optional<String> refusal = Optional.empty();
        for (InetAddress address : lookUp(host, exchange)) {
            Optional<String> found = EgressPolicy.refusal(host.getHostName(), address, isPlain, permitted);
            if (found.isEmpty()) {
                addresses.add(address);
            } else {
                refusal = refusal.or(() -> found);
            }
        }
        if (addresses.isEmpty()) {
            throw new EgressException(refusal.orElse("host '" + host.getHostName() + "' has no address"));
        }
        return addresses;
    }

    /** Waits no longer than the call: the operating system's resolver cannot be cut off as a connection can. */
    private InetAddress[] lookUp(HttpHost host, Exchange exchange) throws IOException {
        try {
            return lookUps.resolve(host.getHostName(), exchange.millisLeft());
        } catch (SocketTimeoutException e) {
            exchange.check(nanoTime.getAsLong());
            throw e;
        } catch (UnknownHostException e) {
            throw isProxy(host) ? unreachable(host) : e;
        }
    }

    private static EgressException unreachable(HttpHost proxy) {
        return new EgressException("the proxy " + proxy.getHostName() + " cannot be reached; check worker.proxy");
    }

    private boolean isProxy(HttpHost host) {
        return proxy.filter(host::equals).isPresent();
    }

    /** The handshake begins anew with each address as well. */
    private static @Nullable Object within(Timeout share, @Nullable Object tls) {
        return tls instanceof TlsConfig config ? TlsConfig.copy(config).setHandshakeTimeout(share).build() : tls;
    }

    /** Every connection goes to an address that was judged: nothing is looked up behind the guard's back. */
    private static final class NoNames implements DnsResolver {

        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
            throw new UnknownHostException("looked up already");
        }

        @Override
        public String resolveCanonicalHostname(String host) throws UnknownHostException {
            throw new UnknownHostException("looked up already");
        }
    }
}
