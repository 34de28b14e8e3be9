package io.spillway.simulator;

import io.spillway.simulator.testing.ChatClient;
import io.spillway.simulator.testing.RawClient;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Measures answers per second over keep-alive connections; not a test, run it by hand: arguments are the number of connections, the
 * seconds, and optionally the base URI of a provider that runs in another process.
 */
public final class ThroughputProbe {

    private ThroughputProbe() {}

    public static void main(String[] args) throws Exception {
        int connections = Integer.parseInt(args[0]);
        long endNanos = System.nanoTime() + Duration.ofSeconds(Long.parseLong(args[1])).toNanos();
        byte[] request = RawClient.post(ChatClient.OPENAI, ChatClient.openAiBody("gpt-4o", "word ".repeat(100)))
                .getBytes(StandardCharsets.UTF_8);
        try (SimulatedProvider own = SimulatedProvider.start(SimulatorConfig.of("probe"))) {
            URI uri = args.length > 2 ? URI.create(args[2]) : own.baseUri();
            AtomicLong answers = new AtomicLong();
            long beginNanos = System.nanoTime();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < connections; i++) {
                threads.add(Thread.ofVirtual().start(() -> {
                    try {
                        call(uri, request, endNanos, answers);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            double seconds = (System.nanoTime() - beginNanos) / 1e9;
            System.out.printf("%d connections: %d answers in %.1f s = %.0f per second%n", connections, answers.get(), seconds,
                    answers.get() / seconds);
        }
    }

    private static void call(URI uri, byte[] request, long endNanos, AtomicLong answers) throws IOException {
        try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            byte[] buffer = new byte[16 * 1024];
            while (System.nanoTime() < endNanos) {
                socket.getOutputStream().write(request);
                int length = 0;
                int bodyStart = -1;
                while (bodyStart < 0) {
                    buffer[length++] = (byte) in.read();
                    if (length > 3 && buffer[length - 1] == '\n' && buffer[length - 3] == '\n') {
                        bodyStart = length;
                    }
                }
                String head = new String(buffer, 0, length, StandardCharsets.ISO_8859_1);
                int at = head.indexOf("content-length: ") + 16;
                in.skipNBytes(Long.parseLong(head.substring(at, head.indexOf('\r', at))));
                answers.incrementAndGet();
            }
        }
    }
}
