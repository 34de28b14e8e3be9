package io.spillway.worker.provider;

import java.net.URI;
import java.util.List;

/**
 * An HTTP POST to a provider. Its {@code toString} shows neither headers nor body, because both may hold secrets.
 *
 * @param uri where to; never contains a credential
 * @param headers name and value pairs in order, Content-Type included
 * @param body the JSON body, UTF-8
 */
public record HttpCall(URI uri, List<Header> headers, byte[] body) {

    public HttpCall {
        headers = List.copyOf(headers);
    }

    /** One request header. */
    public record Header(String name, String value) {
        @Override
        public String toString() {
            return name + ": ***";
        }
    }

    @Override
    public String toString() {
        return "HttpCall[" + uri.getHost() + uri.getPath() + ", " + body.length + " bytes]";
    }
}
