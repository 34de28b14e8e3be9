package io.spillway.worker.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.Method;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.http.protocol.HttpContext;

import io.spillway.worker.credential.CredentialException;
import io.spillway.worker.credential.Secret;

/**
 * The client's hook between having a connection and having a response's head: tells the exchange about both. Opening a tunnel
 * through a proxy passes here too; that is a part of connecting, and what the proxy says is not the provider's answer.
 */
final class ExchangeRecorder extends HttpRequestExecutor {

    private static final String ATTRIBUTE = "spillway.exchange";
    private static final int TUNNEL_OPEN = 200;

    private final Optional<ProxySettings> proxy;

    ExchangeRecorder(Optional<ProxySettings> proxy) {
        this.proxy = proxy;
    }

    static void attach(HttpContext context, Exchange exchange) {
        context.setAttribute(ATTRIBUTE, exchange);
    }

    /** The exchange that a context belongs to. */
    static Exchange exchange(HttpContext context) {
        return (Exchange) context.getAttribute(ATTRIBUTE);
    }

    @Override
    public ClassicHttpResponse execute(ClassicHttpRequest request, HttpClientConnection connection,
            HttpResponseInformationCallback informationCallback, HttpContext context) throws IOException, HttpException {
        Exchange exchange = exchange(context);
        if (Method.CONNECT.isSame(request.getMethod())) {
            authorise(request);
            ClassicHttpResponse reply = super.execute(request, connection, informationCallback, context);
            if (reply.getCode() != TUNNEL_OPEN) {
                throw refused(reply.getCode());
            }
            exchange.tunnelled();
            return reply;
        }
        exchange.sending(connection.getEndpointDetails());
        ClassicHttpResponse response = super.execute(request, connection, informationCallback, context);
        exchange.headReceived();
        return response;
    }

    private void authorise(ClassicHttpRequest request) throws EgressException {
        if (proxy.isEmpty()) {
            return;
        }
        try {
            Secret credential = proxy.get().credential().get();
            if (!credential.isNone()) {
                request.setHeader(HttpHeaders.PROXY_AUTHORIZATION, "Basic "
                        + Base64.getEncoder().encodeToString(credential.reveal().getBytes(StandardCharsets.UTF_8)));
            }
        } catch (CredentialException e) {
            throw new EgressException("the proxy's credential cannot be read; check worker.proxy.credential");
        }
    }

    private static EgressException refused(int status) {
        return new EgressException("the proxy opened no tunnel (HTTP " + status + "); "
                + (status == HttpStatus.SC_PROXY_AUTHENTICATION_REQUIRED
                        ? "check worker.proxy.credential"
                        : "let it connect to the endpoint, or name the host in worker.no.proxy"));
    }
}
