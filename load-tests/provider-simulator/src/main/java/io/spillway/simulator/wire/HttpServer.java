package io.spillway.simulator.wire;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens, reads requests and gives each to the handler; one virtual thread per connection. {@link #refuse()} makes the port refuse
 * connections as if the process had died, {@link #accept()} brings it back on the same port.
 */
public final class HttpServer implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(HttpServer.class);
    private static final int BACKLOG = 4096;

    private final InetAddress address;
    private final int maxBody;
    private final RequestHandler handler;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private volatile int port;
    private volatile boolean accepting;
    private volatile boolean closed;
    private @Nullable ServerSocket listener;
    private @Nullable Thread acceptThread;
    private @Nullable SocketChannel portHolder;

    /**
     * A server that does not listen yet; call {@link #accept()}.
     *
     * @param port 0 for any free port
     * @param maxBody largest request body in bytes; a larger one is answered with 413
     */
    public HttpServer(InetAddress address, int port, int maxBody, RequestHandler handler) {
        this.address = address;
        this.port = port;
        this.maxBody = maxBody;
        this.handler = handler;
    }

    /** The port listened on, also while it refuses; 0 before the first {@link #accept()} of a server with any free port. */
    public int port() {
        return port;
    }

    public int openConnections() {
        return connections.size();
    }

    /** Starts listening; does nothing while already listening. */
    public void accept() {
        lock.lock();
        try {
            if (accepting || closed) {
                return;
            }
            releasePort();
            ServerSocket socket = bind();
            listener = socket;
            port = socket.getLocalPort();
            accepting = true;
            acceptThread = Thread.ofPlatform().name("simulator-accept-" + port).daemon().start(() -> acceptFrom(socket));
        } finally {
            lock.unlock();
        }
    }

    /** Closes the listening socket and resets every connection, calls in flight included. The port stays reserved. */
    public void refuse() {
        lock.lock();
        try {
            if (!accepting) {
                return;
            }
            stopListening();
            holdPort();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            stopListening();
            releasePort();
        } finally {
            lock.unlock();
        }
        threads.forEach(Thread::interrupt);
    }

    private void stopListening() {
        accepting = false;
        ServerSocket socket = listener;
        listener = null;
        if (socket != null) {
            try {
                socket.close();
            } catch (IOException e) {
                LOGGER.atWarn().addKeyValue("port", port).setCause(e).log("closing the listening socket failed");
            }
            // The kernel keeps listening until the thread has left accept().
            awaitAcceptThread();
        }
        connections.forEach(Connection::abort);
    }

    private void awaitAcceptThread() {
        Thread thread = acceptThread;
        try {
            if (thread != null) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A bound socket that does not listen: clients are refused, and no other process is given the port meanwhile. */
    private void holdPort() {
        try {
            SocketChannel holder = SocketChannel.open();
            portHolder = holder;
            holder.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            holder.bind(new InetSocketAddress(address, port));
        } catch (IOException e) {
            LOGGER.atWarn().addKeyValue("port", port).setCause(e).log("the refused port could not be reserved");
        }
    }

    private void releasePort() {
        SocketChannel holder = portHolder;
        portHolder = null;
        if (holder != null) {
            try {
                holder.close();
            } catch (IOException e) {
                LOGGER.atWarn().addKeyValue("port", port).setCause(e).log("releasing the reserved port failed");
            }
        }
    }

    private ServerSocket bind() {
        try {
            ServerSocket socket = new ServerSocket();
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(address, port), BACKLOG);
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen on " + address.getHostAddress() + ":" + port
                    + "; choose another port, or 0 for any free one", e);
        }
    }

    private void acceptFrom(ServerSocket socket) {
        while (!socket.isClosed()) {
            try {
                Socket client = socket.accept();
                client.setTcpNoDelay(true);
                Connection connection = new Connection(client, maxBody);
                Thread thread = Thread.ofVirtual().unstarted(() -> serve(connection));
                threads.add(thread);
                connections.add(connection);
                thread.start();
                if (!accepting) {
                    connection.abort();
                }
            } catch (IOException e) {
                if (!socket.isClosed() && !pauseAfter(e)) {
                    return;
                }
            }
        }
    }

    /** Out of file descriptors, most likely: pause instead of spinning. Returns false when the thread should stop. */
    private boolean pauseAfter(IOException problem) {
        LOGGER.atWarn().addKeyValue("port", port).setCause(problem).log("accepting a connection failed");
        try {
            Thread.sleep(Duration.ofMillis(20));
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void serve(Connection connection) {
        try {
            serveRequests(connection);
        } catch (MalformedRequestException e) {
            refuseMalformed(connection, e);
        } catch (IOException e) {
            LOGGER.atDebug().addKeyValue("port", port).setCause(e).log("a connection broke");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOGGER.atError().addKeyValue("port", port).setCause(e).log("a request handler failed; its connection is closed");
        } finally {
            connection.close();
            connections.remove(connection);
            threads.remove(Thread.currentThread());
        }
    }

    private void serveRequests(Connection connection) throws IOException, InterruptedException {
        while (true) {
            Optional<HttpRequest> request = connection.nextRequest();
            if (request.isEmpty()) {
                return;
            }
            RequestHandler.Next next = handler.handle(request.get(), connection);
            if (next == RequestHandler.Next.CLOSE || request.get().closeAfter()) {
                return;
            }
        }
    }

    private static void refuseMalformed(Connection connection, MalformedRequestException problem) {
        byte[] text = (problem.getMessage() + "\n").getBytes(StandardCharsets.UTF_8);
        try {
            connection.write(new ResponseHead(problem.status()).add("content-type", "text/plain; charset=utf-8")
                    .add("connection", "close").bytesWith(text));
            connection.halfClose();
            // Closing with unread bytes would send a RST that can overtake the answer.
            connection.awaitClientGone(Duration.ofSeconds(1));
        } catch (IOException e) {
            LOGGER.atDebug().setCause(e).log("a malformed request could not be answered");
        }
    }
}
