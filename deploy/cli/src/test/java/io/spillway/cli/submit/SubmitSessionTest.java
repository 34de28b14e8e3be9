package io.spillway.cli.submit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.spillway.cli.submit.SubmitSession.End;

/** The session alone, as other parts use it: ids of its own making. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class SubmitSessionTest {

    private static final SubmitSession.Settings SETTINGS = new SubmitSession.Settings("llm.requests", FakeCluster.RESPONSES, 2);

    private final FakeCluster cluster = new FakeCluster();
    private final List<String> events = new ArrayList<>();
    private final SessionListener listener = new SessionListener() {
        @Override
        public void sent(OutgoingRequest request) {
            events.add("sent " + request);
        }

        @Override
        public void answered(Answer answer) {
            events.add("answered " + answer);
        }

        @Override
        public void refused(OutgoingRequest request, String reason) {
            events.add("refused " + request);
        }

        @Override
        public void notice(String message) {
            events.add("notice " + message);
        }
    };

    @Test
    void shouldAnswerEveryRequestOnce() {
        FakeCluster.Connection connection = cluster.connect();
        SubmitSession session = new SubmitSession(connection.producer, connection.consumer, SETTINGS, new IdLedger(), listener);
        End end = session.run(requests(5), SubmitSession.ends(connection.consumer, FakeCluster.RESPONSES));
        assertThat(end).isEqualTo(End.COMPLETE);
        assertThat(events).filteredOn(event -> event.startsWith("sent")).hasSize(5);
        assertThat(events).filteredOn(event -> event.startsWith("answered")).hasSize(5).doesNotHaveDuplicates();
    }

    @Test
    void shouldSendAgainWhenKafkaIsAwayForAWhile() {
        // Given a producer that fails the first send with a timeout
        FakeCluster.Connection connection = cluster.connect();
        MockProducer<byte[], byte[]> failing = new MockProducer<>(false, null, new ByteArraySerializer(),
                new ByteArraySerializer());
        boolean[] failed = {false};
        connection.everyPoll(() -> {
            if (!failed[0] && failing.errorNext(new TimeoutException("no broker"))) {
                failed[0] = true;
            } else if (failing.completeNext()) {
                cluster.respond("id0", "k0", FakeCluster.Reply.ok("x"));
            }
        });
        // When
        SubmitSession session = new SubmitSession(failing, connection.consumer, SETTINGS, new IdLedger(), listener);
        End end = session.run(requests(1), Map.of());
        // Then
        assertThat(end).isEqualTo(End.COMPLETE);
        assertThat(failing.history()).hasSize(2);
        assertThat(events).containsExactly("sent id0", "notice Kafka does not take requests for now (no broker); trying on",
                "answered id0");
    }

    @Test
    void shouldEndWhenKafkaRefusesForGood() {
        FakeCluster.Connection connection = cluster.connect();
        MockProducer<byte[], byte[]> refusing = new MockProducer<>(false, null, new ByteArraySerializer(),
                new ByteArraySerializer());
        connection.everyPoll(() -> refusing.errorNext(new TopicAuthorizationException("not authorized")));
        SubmitSession session = new SubmitSession(refusing, connection.consumer, SETTINGS, new IdLedger(), listener);
        assertThatThrownBy(() -> session.run(requests(1), Map.of())).isInstanceOf(SubmitException.class)
                .hasMessageContaining("not authorized");
    }

    @Test
    void shouldSayWhichTopicIsMissing() {
        FakeCluster.Connection connection = cluster.connect();
        SubmitSession.Settings elsewhere = new SubmitSession.Settings("other.requests", FakeCluster.RESPONSES, 2);
        SubmitSession session = new SubmitSession(connection.producer, connection.consumer, elsewhere, new IdLedger(), listener);
        assertThatThrownBy(() -> session.run(requests(1), Map.of())).isInstanceOf(SubmitException.class)
                .hasMessageContaining("other.requests does not exist").hasMessageContaining("spillway topics");
    }

    @Test
    void shouldSayWhenAnswersHaveExpired() {
        FakeCluster.Connection connection = cluster.connect();
        SubmitSession session = new SubmitSession(connection.producer, connection.consumer, SETTINGS, new IdLedger(), listener);
        session.run(requests(0), Map.of(0, -5L, 1, 0L));
        assertThat(events).singleElement().asString().contains("are gone (retention)");
    }

    private static Iterator<OutgoingRequest> requests(int count) {
        return IntStream.range(0, count).mapToObj(i -> new OutgoingRequest("id" + i, "k" + i, "{}", Map.of())).iterator();
    }
}
