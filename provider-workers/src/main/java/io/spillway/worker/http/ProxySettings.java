package io.spillway.worker.http;

import java.util.function.Supplier;

import io.spillway.worker.credential.Secret;
import io.spillway.worker.domain.ProxyExceptions;

/**
 * The HTTP proxy that https calls go through, each in a CONNECT tunnel of its own. Plain http, which is for private hosts only,
 * never does.
 *
 * @param host name or address of the proxy
 * @param port its port
 * @param credential {@code user:password}, asked for at each tunnel so that it can be rotated; none for a proxy without
 * @param exceptions hosts that are called directly
 */
public record ProxySettings(String host, int port, Supplier<Secret> credential, ProxyExceptions exceptions) {

    @Override
    public String toString() {
        return "ProxySettings[" + host + ":" + port + "]";
    }
}
