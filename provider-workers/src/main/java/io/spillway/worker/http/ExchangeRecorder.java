package io.spillway.worker.http;

import java.io.IOException;

import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.http.protocol.HttpContext;

/** The client's hook between having a connection and having a response's head: tells the exchange about both. */
final class ExchangeRecorder extends HttpRequestExecutor {

    private static final String ATTRIBUTE = "spillway.exchange";

    static void attach(HttpContext context, Exchange exchange) {
        context.setAttribute(ATTRIBUTE, exchange);
    }

    @Override
    public ClassicHttpResponse execute(ClassicHttpRequest request, HttpClientConnection connection,
            HttpResponseInformationCallback informationCallback, HttpContext context) throws IOException, HttpException {
        Exchange exchange = (Exchange) context.getAttribute(ATTRIBUTE);
        exchange.sending(connection.getEndpointDetails());
        ClassicHttpResponse response = super.execute(request, connection, informationCallback, context);
        exchange.headReceived();
        return response;
    }
}
