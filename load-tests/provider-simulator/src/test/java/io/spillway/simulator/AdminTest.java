package io.spillway.simulator;

import static io.spillway.simulator.testing.ChatClient.json;
import static io.spillway.simulator.testing.ChatClient.openAiBody;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.spillway.simulator.Behaviour.Outage.Mode;
import io.spillway.simulator.SimulatorConfig.Listen;
import io.spillway.simulator.testing.ChatClient;
import java.time.Duration;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AdminTest {

    private SimulatedProvider provider;
    private ChatClient client;

    @BeforeEach
    void start() {
        provider = SimulatedProvider.start(SimulatorConfig.of("p").withListen(new Listen("127.0.0.1", OptionalInt.of(0))));
        client = new ChatClient(provider.baseUri());
    }

    @AfterEach
    void stop() {
        client.close();
        provider.close();
    }

    @Test
    void shouldSetAndShowBehaviours() throws Exception {
        assertThat(client.send("PUT", "/_admin/behaviour", "{\"type\":\"errorStatus\",\"status\":502}").statusCode())
                .isEqualTo(200);
        assertThat(client.send("PUT", "/_admin/behaviour?model=gpt%2D4o", "\"healthy\"").statusCode()).isEqualTo(200);

        assertThat(client.openAi(openAiBody("other", "x")).statusCode()).isEqualTo(502);
        assertThat(client.openAi(openAiBody("gpt-4o", "x")).statusCode()).isEqualTo(200);
        JsonNode shown = json(client.send("GET", "/_admin/behaviour", "").body());
        assertThat(shown.path("default").path("type").asText()).isEqualTo("errorStatus");
        assertThat(shown.path("models").path("gpt-4o").path("type").asText()).isEqualTo("healthy");

        client.send("DELETE", "/_admin/behaviour?model=gpt-4o", "");
        assertThat(client.openAi(openAiBody("gpt-4o", "x")).statusCode()).isEqualTo(502);
    }

    @Test
    void shouldShowAndForgetCalls() throws Exception {
        client.openAi(openAiBody("m", "x"), "x-client-request-id", "r1:1");
        client.openAi(openAiBody("m", "x"), "x-client-request-id", "r1:2");
        client.openAi("{}");

        JsonNode all = json(client.send("GET", "/_admin/calls", "").body());
        JsonNode rest = json(client.send("GET", "/_admin/calls?since=1&limit=1", "").body());
        JsonNode stats = json(client.send("GET", "/_admin/stats", "").body());

        assertThat(all.path("paid")).hasSize(2);
        assertThat(all.path("paid").path(0).path("requestId").asText()).isEqualTo("r1:1");
        assertThat(all.path("unpaid").path(0).path("outcome").asText()).isEqualTo("REJECTED");
        assertThat(all.path("next").asInt()).isEqualTo(3);
        assertThat(rest.path("paid").path(0).path("sequence").asInt()).isEqualTo(2);
        assertThat(rest.path("next").asInt()).isEqualTo(2);
        assertThat(stats.path("paid").asInt()).isEqualTo(2);
        assertThat(stats.path("unpaid").asInt()).isEqualTo(1);
        assertThat(stats.path("duplicatePaidCalls").asInt()).isEqualTo(1);
        assertThat(stats.path("outcomes")).isEqualTo(json("{\"ANSWERED\":2,\"REJECTED\":1}"));

        client.send("DELETE", "/_admin/calls", "");
        assertThat(provider.calls().paidCount()).isZero();
    }

    @Test
    void shouldFollowSchedule() throws Exception {
        String schedule = """
                [{"afterMs":150,"behaviour":{"type":"healthy"}},
                 {"afterMs":0,"behaviour":{"type":"rateLimited","retryAfter":"1s"}},
                 {"afterMs":0,"model":"m2","behaviour":"garbage"}]""";

        assertThat(json(client.send("PUT", "/_admin/schedule", schedule).body()).path("steps").asInt()).isEqualTo(3);

        await().until(() -> client.openAi(openAiBody("m", "x")).statusCode() == 429);
        await().until(() -> client.openAi(openAiBody("m", "x")).statusCode() == 200);
        assertThat(client.openAi(openAiBody("m2", "x")).body()).contains("<html>");
    }

    @Test
    void shouldReplaceRunningSchedule() {
        provider.run(Schedule.of(Schedule.Step.of(Duration.ofMillis(100), new Behaviour.Garbage())));
        provider.run(Schedule.of(Schedule.Step.of(Duration.ofMillis(200), new Behaviour.NoUsage())));

        await().pollInterval(Duration.ofMillis(1)).until(() -> !(provider.behaviour() instanceof Behaviour.Healthy));
        assertThat(provider.behaviour()).isEqualTo(new Behaviour.NoUsage());
    }

    @Test
    void shouldStaySteerableOnAdminPortWhileRefusing() throws Exception {
        provider.behave(new Behaviour.Outage(Mode.REFUSE));
        try (ChatClient admin = new ChatClient(provider.adminUri().orElseThrow())) {
            assertThat(admin.send("GET", "/_admin/stats", "").statusCode()).isEqualTo(200);
            assertThat(admin.openAi(openAiBody("m", "x")).statusCode()).isEqualTo(404);

            admin.send("PUT", "/_admin/behaviour", "\"healthy\"");
        }
        assertThat(client.openAi(openAiBody("m", "x")).statusCode()).isEqualTo(200);
    }

    @Test
    void shouldExplainMistakes() throws Exception {
        var wrongField = client.send("PUT", "/_admin/behaviour", "{\"type\":\"hang\",\"atMost\":\"5\"}");
        var notJson = client.send("PUT", "/_admin/behaviour", "{");
        var wrongPath = client.send("GET", "/_admin/nothing", "");
        var wrongSince = client.send("GET", "/_admin/calls?since=x", "");
        var noModel = client.send("DELETE", "/_admin/behaviour", "");

        assertThat(wrongField.statusCode()).isEqualTo(400);
        assertThat(json(wrongField.body()).path("error").asText())
                .isEqualTo("behaviour.atMost: '5' is not a duration; write a number with a unit, such as 250ms, 1.5s or 2m");
        assertThat(notJson.statusCode()).isEqualTo(400);
        assertThat(wrongPath.statusCode()).isEqualTo(404);
        assertThat(wrongPath.body()).contains("/_admin/stats");
        assertThat(wrongSince.statusCode()).isEqualTo(400);
        assertThat(noModel.body()).contains("?model=");
        assertThat(provider.behaviour()).isEqualTo(Behaviour.healthy());
    }
}
