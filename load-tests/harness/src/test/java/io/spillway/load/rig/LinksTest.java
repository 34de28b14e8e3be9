package io.spillway.load.rig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.spillway.load.rig.Links.Way;

class LinksTest {

    private static final int PATIENCE_MILLIS = 10_000;

    private ServerSocket broker;
    private Links links;

    @BeforeEach
    void open() throws IOException {
        broker = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        links = Links.to(List.of(broker.getLocalPort()));
    }

    @AfterEach
    void close() throws IOException {
        links.close();
        broker.close();
    }

    @Test
    void shouldCarryBothWays() throws IOException {
        try (Socket caller = call(); Socket called = broker.accept()) {
            say(caller, 1);
            assertThat(hear(called)).isEqualTo(1);
            say(called, 2);
            assertThat(hear(caller)).isEqualTo(2);
            assertThat(links.arrived(Way.TO_BROKERS)).isEqualTo(1);
            assertThat(links.arrived(Way.FROM_BROKERS)).isEqualTo(1);
        }
    }

    @Test
    void shouldHoldBackAndDeliverLate() throws IOException {
        try (Socket caller = call(); Socket called = broker.accept()) {
            links.hold(Way.TO_BROKERS);
            say(caller, 1);
            hearsNothing(called);
            // The other way is open.
            say(called, 2);
            assertThat(hear(caller)).isEqualTo(2);
            links.release();
            assertThat(hear(called)).isEqualTo(1);
        }
    }

    @Test
    void shouldDeliverWhatSomebodySentBeforeHeGaveUp() throws IOException {
        Socket caller = call();
        try (Socket called = broker.accept()) {
            links.hold(Way.TO_BROKERS);
            say(caller, 1);
            caller.close();
            hearsNothing(called);
            links.release();
            assertThat(hear(called)).isEqualTo(1);
            assertThat(hear(called)).as("hung up").isEqualTo(-1);
        }
    }

    @Test
    void shouldHangUpWhenTheBrokerIsDown() throws IOException {
        broker.close();
        try (Socket caller = call()) {
            assertThat(hear(caller)).isEqualTo(-1);
        }
    }

    @Test
    void shouldNotAnswerAnyMoreWhenItIsClosed() throws IOException {
        int port = links.ports().getFirst();
        try (Socket caller = call(); Socket called = broker.accept()) {
            say(called, 1);
            assertThat(hear(caller)).isEqualTo(1);
            links.close();
            assertThat(hear(caller)).isEqualTo(-1);
        }
        await().untilAsserted(() -> assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close())
                .isInstanceOf(IOException.class));
    }

    private Socket call() throws IOException {
        Socket caller = new Socket(InetAddress.getLoopbackAddress(), links.ports().getFirst());
        caller.setSoTimeout(PATIENCE_MILLIS);
        return caller;
    }

    private static void say(Socket from, int what) throws IOException {
        from.getOutputStream().write(what);
        from.getOutputStream().flush();
    }

    private static int hear(Socket at) throws IOException {
        at.setSoTimeout(PATIENCE_MILLIS);
        return at.getInputStream().read();
    }

    private static void hearsNothing(Socket at) throws IOException {
        at.setSoTimeout(200);
        assertThatThrownBy(() -> at.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
    }
}
