package io.spillway.simulator;

import static io.spillway.simulator.testing.ChatClient.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.spillway.simulator.Behaviour.Outage.Mode;
import io.spillway.simulator.Behaviour.Truncated.Cut;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

class BehaviourJsonTest {

    static final List<Behaviour> ALL = List.of(new Behaviour.Healthy(Latency.parse("lognormal:800ms,0.5,10s")),
            new Behaviour.Healthy(Latency.parse("uniform:1ms,2.5s")), Behaviour.healthy(),
            new Behaviour.Drip(Duration.ofMillis(5)),
            new Behaviour.Garbage(), new Behaviour.ErrorBody(), new Behaviour.EmptyChoices(), new Behaviour.NoUsage(),
            new Behaviour.Truncated(Cut.CHUNKED), new Behaviour.HalfClosed(), new Behaviour.ResetMidBody(),
            new Behaviour.Stalled(Duration.ofMillis(5)), new Behaviour.ErrorMidway(),
            new Behaviour.Huge(1L << 40),
            new Behaviour.Outage(Mode.REFUSE), Behaviour.RateLimited.of(Duration.ofNanos(1_500)),
            new Behaviour.RateLimited(Optional.empty(), 503, "slow_down"),
            new Behaviour.ErrorStatus(418, "teapot", "short and stout"),
            new Behaviour.Hang(Duration.ofNanos(1)), new Behaviour.NotHttp(),
            new Behaviour.Delayed(Latency.ofMillis(7), new Behaviour.Garbage()),
            Behaviour.failing(0.25, new Behaviour.FailEvery(3, new Behaviour.NotHttp()), Latency.ofMillis(1)),
            new Behaviour.Flapping(Duration.ofSeconds(3), Duration.ofHours(2), Behaviour.healthy(), new Behaviour.ErrorBody()));

    private final BehaviourJson mapper = new BehaviourJson(Latency.ofMillis(20));

    @ParameterizedTest
    @FieldSource("ALL")
    void shouldReadBackWhatItWrites(Behaviour behaviour) {
        assertThat(mapper.behaviour(json(mapper.write(behaviour).toString()), "b")).isEqualTo(behaviour);
    }

    @Test
    void shouldFillInDefaults() {
        assertThat(mapper.behaviour(json("\"healthy\""), "b")).isEqualTo(new Behaviour.Healthy(Latency.ofMillis(20)));
        assertThat(mapper.behaviour(json("{\"type\":\"outage\"}"), "b")).isEqualTo(new Behaviour.Outage(Mode.RESET));
        assertThat(mapper.behaviour(json("{\"type\":\"rateLimited\"}"), "b"))
                .isEqualTo(new Behaviour.RateLimited(Optional.empty(), 429, ""));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {}                                                        | b.type: is missing
            {"type":"sick"}                                           | b.type: 'sick' is unknown; use one of healthy,
            {"type":"healthy","latency":"soon"}                       | b.latency: 'soon' is not a duration; write
            {"type":"healthy","latency":50}                           | b.latency: 50 is not a string; put it in quotes
            {"type":"healthy","speed":1}                              | b.speed: is not a field here; the fields are [latency, type]
            {"type":"outage","mode":"big"}                            | b.mode: 'big' is unknown; use one of [REFUSE, RESET, UNAVAILABLE]
            {"type":"errorStatus","status":42}                        | b.status: 42 is not an HTTP status
            {"type":"failEvery","n":0,"failure":"garbage"}            | b: n must be 1 or more, not 0
            {"type":"failEvery","n":2}                                | b.failure: is missing
            {"type":"mixture","parts":[]}                             | b: parts need a positive total weight
            {"type":"mixture","parts":[{"weight":1,"behaviour":{"type":"drip"}}]} | b.parts[0].behaviour.gap: is missing
            {"type":"delayed","latency":"lognormal:1s,x,2s","then":"garbage"} | b.latency: sigma 'x' is not a number
            3                                                         | b: expected an object
            """)
    void shouldNamePlaceAndRemedy(String text, String message) {
        assertThatThrownBy(() -> mapper.behaviour(json(text), "b")).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void shouldReadScheduleInOrderOfTime() {
        Schedule schedule = mapper.schedule(json("""
                [{"afterMs":500,"behaviour":"healthy"},{"afterMs":10,"model":"m","behaviour":"garbage"}]"""));

        assertThat(schedule.steps()).extracting(Schedule.Step::after).containsExactly(Duration.ofMillis(10),
                Duration.ofMillis(500));
        assertThat(schedule.steps().getFirst().model()).hasValue("m");
        assertThatThrownBy(() -> mapper.schedule(json("[{\"afterMs\":\"x\",\"behaviour\":\"healthy\"}]")))
                .hasMessageStartingWith("schedule[0].afterMs:");
    }

    @Test
    void shouldParseCommandLine() {
        SimulatorOptions options = SimulatorOptions.parse(new String[]{"--port", "0", "--name=openai", "--latency",
                "uniform:10ms,20ms", "--models", "a,b", "--rpm", "100", "--burst", "7", "--max-concurrent", "5", "--behaviour",
                "{\"type\":\"failEvery\",\"n\":2,\"failure\":\"garbage\"}", "--charge-abandoned", "false", "--admin-port", "0"});

        assertThat(options.config().name()).isEqualTo("openai");
        assertThat(options.config().latency()).isEqualTo(new Latency.Uniform(Duration.ofMillis(10), Duration.ofMillis(20)));
        assertThat(options.config().rules().models()).containsExactlyInAnyOrder("a", "b");
        assertThat(options.config().rules().chargeAbandoned()).isFalse();
        assertThat(options.config().limits()).isEqualTo(new Limits(100, 7, 0, 5, 429));
        assertThat(options.behaviour()).hasValue(new Behaviour.FailEvery(2, new Behaviour.Garbage()));
        assertThat(SimulatorOptions.parse(new String[]{"--help"}).help()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --prot 1           | --prot: is not an option
            --port             | --port: has no value
            --port x           | --port: 'x' is not a number
            --latency 5        | --latency: '5' is not a duration
            --seed 1 --seed 2  | --seed: is given twice
            --behaviour sick   | --behaviour: behaviour.type: 'sick' is unknown
            --key-env NO_SUCH_VARIABLE | --key-env: the environment variable NO_SUCH_VARIABLE is not set
            """)
    void shouldExplainWrongArguments(String line, String message) {
        assertThatThrownBy(() -> SimulatorOptions.parse(line.split(" ", -1))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }
}
