package io.spillway.router.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.spillway.contract.CatalogueSnapshot;
import io.spillway.contract.RecordHeaders;
import io.spillway.v1.Attempt;
import io.spillway.v1.FailureKind;
import io.spillway.v1.Lane;

/** The same records at the same instants give the same output, byte for byte; and every request ends exactly once. */
class ReplayTest {

    private static final List<String> PROVIDERS = List.of("openai", "anthropic", "mistral", "local");

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void shouldWriteTheSameTwice(long seed) {
        assertThat(story(seed)).isEqualTo(story(seed));
    }

    @Test
    void shouldTellDifferentStoriesApart() {
        assertThat(story(1)).isNotEqualTo(story(2));
    }

    /** Plays random trouble and checks as it goes that no request is answered twice; then that none was forgotten. */
    private static List<String> story(long seed) {
        Random random = new Random(seed);
        List<String> written = new ArrayList<>();
        List<Attempt> open = new ArrayList<>();
        TreeSet<String> sent = new TreeSet<>();
        TreeSet<String> answered = new TreeSet<>();
        try (TestRouter router = new TestRouter(catalogue())) {
            for (int step = 0; step < 400; step++) {
                switch (random.nextInt(6)) {
                    case 0, 1 -> {
                        String id = "r" + random.nextInt(120);
                        sent.add(id);
                        router.request(id);
                    }
                    case 2, 3 -> work(router, open, random);
                    case 4 -> router.advance(Duration.ofMillis(random.nextInt(4_000)));
                    default -> router.states(Entries.states(step,
                            Entries.open("openai/gpt", TestRouter.START, TestRouter.START.plusSeconds(random.nextInt(90)))));
                }
                collect(router, open, answered, written);
            }
            for (int i = 0; i < 70; i++) {
                router.advance(Duration.ofSeconds(1));
                collect(router, open, answered, written);
            }
            assertThat(answered).isEqualTo(sent);
            assertThat(router.entries("requests-interactive")).isZero();
            assertThat(router.entries("progress-interactive")).isZero();
            assertThat(router.gauge("spillway.requests.open", "interactive")).isZero();
        }
        return written;
    }

    private static void work(TestRouter router, List<Attempt> open, Random random) {
        if (open.isEmpty()) {
            return;
        }
        Attempt attempt = open.get(random.nextInt(open.size()));
        switch (random.nextInt(5)) {
            case 0 -> router.started(attempt);
            case 1 -> router.renewed(Lane.INTERACTIVE, attempt);
            // Results may come twice, late and out of order: an attempt stays in the list.
            case 2 -> router.succeeded(attempt, "from attempt " + attempt.getAttempt());
            default -> router.failed(attempt, FailureKind.values()[random.nextInt(FailureKind.values().length)]);
        }
    }

    private static void collect(TestRouter router, List<Attempt> open, TreeSet<String> answered, List<String> written) {
        router.answers().forEach(answer -> {
            assertThat(answered.add(answer.header(RecordHeaders.REQUEST_ID))).as("answered twice: %s", answer.text()).isTrue();
            written.add(
                    answer.text() + new TreeSet<>(List.of(answer.headers().toArray()).stream().map(Object::toString).toList()));
        });
        for (String provider : PROVIDERS) {
            router.attempts(provider).forEach(attempt -> {
                open.add(attempt);
                written.add(attempt.toString());
            });
        }
        router.read("llm.decisions").forEach(item -> written.add(HexFormat.of().formatHex(item.value())));
    }

    private static CatalogueSnapshot catalogue() {
        var route = Entries.route("chat", Entries.tier("openai/gpt", "anthropic/claude"), Entries.tier("mistral/large"));
        route.setLastResort(Entries.tier("local/small"));
        return Entries.catalogue(1, List.of(route),
                List.of(Entries.places("openai/gpt", 3), Entries.places("anthropic/claude", 3),
                        Entries.places("mistral/large", 2), Entries.places("local/small", 1)));
    }
}
