package io.spillway.load.rig;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A network between somebody and the brokers of a {@link Cluster}, one port for each broker, that can part. As when packets vanish and are
 * sent again: nobody is told, connections stay, nothing is lost; what is sent arrives once the network is whole again, and what somebody
 * had given up by then arrives all the same, late.
 */
final class Links implements AutoCloseable {

    private static final InetAddress HERE = InetAddress.getLoopbackAddress();
    private static final int CHUNK = 32 * 1024;

    /** A way that bytes go. */
    enum Way {
        TO_BROKERS, FROM_BROKERS
    }

    private final List<ServerSocket> doors = new ArrayList<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Map<Way, Gate> gates = new EnumMap<>(Way.class);

    private Links() {
        for (Way way : Way.values()) {
            gates.put(way, new Gate());
        }
    }

    /**
     * Opens a port for each broker; whoever connects there talks to that broker.
     *
     * @param brokers ports of the brokers on this machine
     */
    static Links to(List<Integer> brokers) throws IOException {
        Links links = new Links();
        try {
            for (int broker : brokers) {
                ServerSocket door = new ServerSocket(0, 50, HERE);
                links.doors.add(door);
                Thread.ofVirtual().name("link-to-" + broker).start(() -> links.admit(door, broker));
            }
        } catch (IOException e) {
            links.close();
            throw e;
        }
        return links;
    }

    /** The ports, in the order of the brokers. */
    List<Integer> ports() {
        return doors.stream().map(ServerSocket::getLocalPort).toList();
    }

    /** From now on nothing arrives by that way. */
    void hold(Way way) {
        gate(way).hold();
    }

    /** All arrives again, first what was held back. */
    void release() {
        gates.values().forEach(Gate::release);
    }

    /** Bytes that have arrived by that way. */
    long arrived(Way way) {
        return gate(way).arrived();
    }

    @Override
    public void close() {
        doors.forEach(Links::quietly);
        open.forEach(Links::quietly);
        release();
    }

    private Gate gate(Way way) {
        return Objects.requireNonNull(gates.get(way));
    }

    private void admit(ServerSocket door, int broker) {
        while (!door.isClosed()) {
            try {
                Socket near = door.accept();
                open.add(near);
                Thread.ofVirtual().start(() -> connect(near, broker));
            } catch (IOException e) {
                // The door was closed, or one caller was gone before he was let in: the condition of the loop tells.
            }
        }
    }

    private void connect(Socket near, int broker) {
        try {
            Socket far = new Socket(HERE, broker);
            open.add(far);
            Thread.ofVirtual().start(() -> carry(near, far, gate(Way.TO_BROKERS)));
            carry(far, near, gate(Way.FROM_BROKERS));
        } catch (IOException e) {
            // The broker is down: the caller learns it as from the broker itself.
            forget(near);
        }
    }

    private void carry(Socket from, Socket to, Gate gate) {
        byte[] chunk = new byte[CHUNK];
        try {
            OutputStream out = to.getOutputStream();
            for (int n = from.getInputStream().read(chunk); n >= 0; n = from.getInputStream().read(chunk)) {
                gate.pass(n);
                out.write(chunk, 0, n);
            }
        } catch (IOException e) {
            // One end hung up; so does the other.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            forget(from);
            forget(to);
        }
    }

    private void forget(Socket socket) {
        quietly(socket);
        open.remove(socket);
    }

    private static void quietly(AutoCloseable closed) {
        try {
            closed.close();
        } catch (Exception e) {
            // What cannot be closed is gone already.
        }
    }

    /** Where bytes wait while the network is parted. */
    private static final class Gate {

        private long arrived;
        private boolean held;

        synchronized void hold() {
            held = true;
        }

        synchronized void release() {
            held = false;
            notifyAll();
        }

        synchronized long arrived() {
            return arrived;
        }

        synchronized void pass(int bytes) throws InterruptedException {
            while (held) {
                wait();
            }
            arrived += bytes;
        }
    }
}
