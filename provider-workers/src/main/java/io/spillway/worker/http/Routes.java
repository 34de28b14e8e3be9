package io.spillway.worker.http;

import java.util.Optional;

import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.impl.DefaultSchemePortResolver;
import org.apache.hc.client5.http.routing.HttpRoutePlanner;
import org.apache.hc.client5.http.routing.RoutingSupport;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.protocol.HttpContext;

/** Directly, or through the configured proxy; nothing else, whatever the JVM's properties or the environment say. */
final class Routes implements HttpRoutePlanner {

    private final Optional<ProxySettings> settings;

    Routes(Optional<ProxySettings> settings) {
        this.settings = settings;
    }

    /** The proxy as a hop. */
    static HttpHost hop(ProxySettings proxy) {
        return new HttpHost("http", proxy.host(), proxy.port());
    }

    @Override
    public HttpRoute determineRoute(HttpHost given, HttpContext context) throws HttpException {
        HttpHost target = RoutingSupport.normalize(given, DefaultSchemePortResolver.INSTANCE);
        boolean isSecure = target.getSchemeName().equalsIgnoreCase("https");
        return settings.filter(proxy -> isSecure && !proxy.exceptions().covers(target.getHostName()))
                .map(proxy -> new HttpRoute(target, null, hop(proxy), true))
                .orElseGet(() -> new HttpRoute(target, null, isSecure));
    }
}
