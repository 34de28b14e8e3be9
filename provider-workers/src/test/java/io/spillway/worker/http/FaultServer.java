package io.spillway.worker.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import javax.net.ssl.SSLServerSocket;

/** A provider on a raw socket that misbehaves as told: the client under test sees real resets, drips and lies. */
public final class FaultServer implements AutoCloseable {

    /** What happens on one connection; it is closed afterwards. */
    @FunctionalInterface
    public interface Script {
        void serve(Connection connection) throws IOException, InterruptedException;
    }

    private final ServerSocket listener;
    private final Script script;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final AtomicInteger connections = new AtomicInteger();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    public FaultServer(Script script) throws IOException {
        this(new ServerSocket(0, 1_000, InetAddress.getLoopbackAddress()), script);
    }

    /** @param listener bound; one that speaks TLS, or one at another address; closed with this server */
    public FaultServer(ServerSocket listener, Script script) {
        this.script = script;
        this.listener = listener;
        threads.execute(this::accept);
    }

    /** Answers every request of every connection with this. */
    public static Script answering(String response) {
        return connection -> {
            while (connection.readRequest()) {
                connection.write(response);
            }
        };
    }

    public static String json(String body) {
        return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
                + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + body;
    }

    public URI uri() {
        return uri(listener.getInetAddress().getHostAddress());
    }

    /** The same under another name. */
    public URI uri(String host) {
        String scheme = listener instanceof SSLServerSocket ? "https" : "http";
        return URI.create(scheme + "://" + host + ":" + port() + "/v1/chat");
    }

    public int port() {
        return listener.getLocalPort();
    }

    public int connections() {
        return connections.get();
    }

    /** Heads and bodies of the requests read, in order. */
    public List<String> requests() {
        return requests;
    }

    @Override
    public void close() throws IOException {
        closing.countDown();
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
        threads.shutdownNow();
    }

    private void accept() {
        while (closing.getCount() > 0) {
            try {
                Socket socket = listener.accept();
                sockets.add(socket);
                int number = connections.incrementAndGet();
                threads.execute(() -> serve(socket, number));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket, int number) {
        try (socket) {
            socket.setTcpNoDelay(true);
            script.serve(new Connection(socket, number));
        } catch (IOException | InterruptedException e) {
            // The client hung up, or the test is over.
        }
    }

    /** One accepted connection. */
    public final class Connection {

        private final Socket socket;
        private final int number;

        private Connection(Socket socket, int number) {
            this.socket = socket;
            this.number = number;
        }

        /** Counted from 1. */
        public int number() {
            return number;
        }

        public Socket socket() {
            return socket;
        }

        /** Reads one request with its body. @return false when the client closed the connection */
        public boolean readRequest() throws IOException {
            InputStream in = socket.getInputStream();
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int next = in.read();
                if (next < 0) {
                    return false;
                }
                head.append((char) next);
            }
            int length = head.toString().lines().filter(line -> line.toLowerCase().startsWith("content-length:"))
                    .mapToInt(line -> Integer.parseInt(line.substring(15).strip())).findFirst().orElse(0);
            requests.add(head + new String(in.readNBytes(length), StandardCharsets.UTF_8));
            return true;
        }

        public void write(String text) throws IOException {
            write(text.getBytes(StandardCharsets.ISO_8859_1));
        }

        public void write(byte[] bytes) throws IOException {
            OutputStream out = socket.getOutputStream();
            out.write(bytes);
            out.flush();
        }

        /** Says nothing for so long. @return false when the test is over */
        public boolean silence(long millis) throws InterruptedException {
            return !closing.await(millis, TimeUnit.MILLISECONDS);
        }

        public void holdOpen() throws InterruptedException {
            closing.await();
        }

        /** Closes with a reset instead of an orderly end. */
        public void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }
}
