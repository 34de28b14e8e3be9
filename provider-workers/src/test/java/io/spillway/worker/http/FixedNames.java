package io.spillway.worker.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;

import org.apache.hc.client5.http.DnsResolver;

/** Names that the test makes up. */
record FixedNames(Map<String, String> addresses) implements DnsResolver {

    static FixedNames of(String name, String address) {
        return new FixedNames(Map.of(name, address));
    }

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        if (!addresses.containsKey(host)) {
            throw new UnknownHostException(host);
        }
        return new InetAddress[]{InetAddress.ofLiteral(addresses.get(host))};
    }

    @Override
    public String resolveCanonicalHostname(String host) {
        return host;
    }
}
