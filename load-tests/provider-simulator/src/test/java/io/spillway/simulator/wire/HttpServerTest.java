package io.spillway.simulator.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.spillway.simulator.testing.RawClient;
import io.spillway.simulator.testing.RawClient.End;
import io.spillway.simulator.testing.RawClient.Received;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpServerTest {

    private static final int MAX_BODY = 100_000;

    private HttpServer server;
    private URI uri;

    @BeforeEach
    void start() {
        server = new HttpServer(InetAddress.getLoopbackAddress(), 0, MAX_BODY, HttpServerTest::echo);
        server.accept();
        uri = URI.create("http://127.0.0.1:" + server.port());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static RequestHandler.Next echo(HttpRequest request, Connection connection) throws IOException {
        String text = request.method() + " " + request.path() + " q=" + request.queryParameter("q").orElse("-") + " h="
                + request.header("x-h").orElse("-") + " ";
        byte[] first = text.getBytes(StandardCharsets.UTF_8);
        byte[] body = new byte[first.length + request.body().length];
        System.arraycopy(first, 0, body, 0, first.length);
        System.arraycopy(request.body(), 0, body, first.length, request.body().length);
        connection.write(new ResponseHead(200).bytesWith(body));
        return RequestHandler.Next.KEEP_OPEN;
    }

    @Test
    void shouldKeepConnectionOpenBetweenRequests() throws IOException {
        try (RawClient client = new RawClient(uri)) {
            for (int i = 0; i < 3; i++) {
                Received answer = client.send(RawClient.post("/p" + i, "body" + i)).receiveOne();

                assertThat(answer.body()).isEqualTo("POST /p" + i + " q=- h=- body" + i);
            }
            assertThat(server.openConnections()).isEqualTo(1);
        }
        await().atMost(Duration.ofSeconds(5)).until(() -> server.openConnections() == 0);
    }

    @Test
    void shouldAnswerPipelinedRequestsInOrder() throws IOException {
        try (RawClient client = new RawClient(uri)) {
            client.send(RawClient.post("/a", "1") + RawClient.post("/b", "2"));

            assertThat(client.receiveOne().body()).startsWith("POST /a").endsWith("1");
            assertThat(client.receiveOne().body()).startsWith("POST /b").endsWith("2");
        }
    }

    @Test
    void shouldReadChunkedBodyWithExtensionAndTrailer() throws IOException {
        try (RawClient client = new RawClient(uri)) {
            client.send("POST /c?q=a%20b&r=1 HTTP/1.1\r\nX-H: one\r\nx-h: two\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "5;x=y\r\nhello\r\n6\r\n world\r\n0\r\nTrailer: t\r\n\r\n");

            assertThat(client.receiveOne().body()).isEqualTo("POST /c q=a b h=one, two hello world");
        }
    }

    @Test
    void shouldReadLargeBodyAndLongHead() throws IOException {
        String large = "z".repeat(MAX_BODY);
        try (RawClient client = new RawClient(uri)) {
            client.send(
                    "POST /l HTTP/1.1\r\nX-H: " + "h".repeat(20_000) + "\r\nContent-Length: " + MAX_BODY + "\r\n\r\n" + large);

            assertThat(client.receiveOne().body()).hasSizeGreaterThan(120_000).endsWith("h " + large);
        }
    }

    @Test
    void shouldAnnounceContinueWhenAsked() throws IOException {
        try (RawClient client = new RawClient(uri)) {
            client.send("POST /e HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
            StringBuilder interim = new StringBuilder();
            while (interim.indexOf("\r\n\r\n") < 0) {
                interim.append((char) client.readByte());
            }
            client.send("ok");

            assertThat(interim).startsWithIgnoringCase("HTTP/1.1 100 Continue");
            assertThat(client.receiveOne().body()).endsWith("ok");
        }
    }

    @Test
    void shouldCloseAfterAnswerWhenClientAsks() throws IOException {
        try (RawClient client = new RawClient(uri)) {
            client.send("GET / HTTP/1.1\r\nConnection: close\r\n\r\n");

            assertThat(client.receive(5000).end()).isEqualTo(End.CLOSED);
        }
        try (RawClient client = new RawClient(uri)) {
            client.send("GET / HTTP/1.0\r\n\r\n");

            assertThat(client.receive(5000).end()).isEqualTo(End.CLOSED);
        }
    }

    @Test
    void shouldExplainMalformedRequests() throws IOException {
        assertThat(statusOf("nonsense\r\n\r\n")).isEqualTo("HTTP/1.1 400 Bad Request");
        assertThat(statusOf("GET / HTTP/2\r\n\r\n")).startsWith("HTTP/1.1 505");
        assertThat(statusOf("GET / HTTP/1.1\r\nno colon\r\n\r\n")).startsWith("HTTP/1.1 400");
        assertThat(statusOf("POST / HTTP/1.1\r\nContent-Length: many\r\n\r\n")).startsWith("HTTP/1.1 400");
        assertThat(statusOf("POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n")).startsWith("HTTP/1.1 400");
        assertThat(statusOf("POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"))
                .startsWith("HTTP/1.1 400");
        assertThat(statusOf("POST / HTTP/1.1\r\nContent-Length: " + (MAX_BODY + 1) + "\r\n\r\n")).startsWith("HTTP/1.1 413");
        assertThat(statusOf("GET / HTTP/1.1\r\nX: " + "x".repeat(70_000) + "\r\n\r\n")).startsWith("HTTP/1.1 431");
    }

    private String statusOf(String request) throws IOException {
        try (RawClient client = new RawClient(uri)) {
            String head = client.send(request).receive(5000).head();
            return head.substring(0, head.indexOf("\r\n"));
        }
    }

    @Test
    void shouldRefuseConnectionsAndComeBackOnSamePort() throws IOException {
        int port = server.port();
        try (RawClient held = new RawClient(uri)) {
            held.send(RawClient.post("/", "x")).receiveOne();

            server.refuse();

            assertThat(held.receive(5000).end()).isEqualTo(End.RESET);
        }
        for (int i = 0; i < 20; i++) {
            assertThatThrownBy(() -> new RawClient(uri)).isInstanceOf(ConnectException.class);
        }

        server.accept();

        assertThat(server.port()).isEqualTo(port);
        try (RawClient client = new RawClient(uri)) {
            assertThat(client.send(RawClient.post("/back", "")).receiveOne().body()).startsWith("POST /back");
        }
    }

    @Test
    void shouldNamePortWhenItIsTaken() {
        HttpServer second = new HttpServer(InetAddress.getLoopbackAddress(), server.port(), 1, HttpServerTest::echo);

        assertThatThrownBy(second::accept).isInstanceOf(UncheckedIOException.class).hasMessageContaining("" + server.port())
                .hasMessageContaining("choose another port");
    }

    @Test
    void shouldSurviveHandlerThatThrows() throws IOException {
        HttpServer broken = new HttpServer(InetAddress.getLoopbackAddress(), 0, 10, (request, connection) -> {
            throw new IllegalStateException("on purpose");
        });
        broken.accept();
        URI brokenUri = URI.create("http://127.0.0.1:" + broken.port());
        try (broken; RawClient first = new RawClient(brokenUri); RawClient second = new RawClient(brokenUri)) {
            assertThat(first.send(RawClient.post("/", "")).receive(5000).end()).isEqualTo(End.CLOSED);
            assertThat(second.send(RawClient.post("/", "")).receive(5000).end()).isEqualTo(End.CLOSED);
        }
    }
}
