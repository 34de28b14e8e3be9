package io.spillway.cli.broker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Ports on the loopback interface. */
final class LocalPorts {

    static final String HOST = "127.0.0.1";

    private LocalPorts() {}

    /** Any port nobody listens on now. */
    static int free() {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(loopback(), 0));
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new LocalBrokerException("no free port on " + HOST + " (" + e.getMessage() + "): close some programs", e);
        }
    }

    /** @throws LocalBrokerException when somebody listens there */
    static void requireFree(int port, String remedy) {
        try (ServerSocket socket = new ServerSocket()) {
            // As the broker does it: a port whose last connections are still closing is free.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(loopback(), port));
        } catch (IOException e) {
            throw new LocalBrokerException(HOST + ":" + port + " is in use: " + remedy, e);
        }
    }

    private static InetAddress loopback() throws IOException {
        return InetAddress.getByAddress(new byte[]{127, 0, 0, 1});
    }
}
