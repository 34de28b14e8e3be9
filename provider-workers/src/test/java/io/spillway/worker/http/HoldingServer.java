package io.spillway.worker.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A process of its own that reads a number of requests, holds them all, and answers when told to. */
final class HoldingServer {

    private HoldingServer() {}

    /** @param args how many requests; prints the port, then {@code all} when it has them; answers on a line of input */
    public static void main(String[] args) throws IOException {
        int expected = Integer.parseInt(args[0]);
        try (ServerSocket listener = new ServerSocket(0, 4_096, InetAddress.getLoopbackAddress())) {
            System.out.println(listener.getLocalPort());
            List<Socket> sockets = new ArrayList<>();
            while (sockets.size() < expected) {
                sockets.add(listener.accept());
            }
            for (Socket socket : sockets) {
                readHead(socket.getInputStream());
            }
            System.out.println("all");
            int unused = System.in.read();
            byte[] answer = FaultServer.json("{}").getBytes(StandardCharsets.US_ASCII);
            for (Socket socket : sockets) {
                socket.getOutputStream().write(answer);
            }
            unused = System.in.read();
        }
    }

    private static void readHead(InputStream in) throws IOException {
        int matched = 0;
        while (matched < 4) {
            int next = in.read();
            matched = next == (matched % 2 == 0 ? '\r' : '\n') ? matched + 1 : next == '\r' ? 1 : 0;
        }
    }
}
