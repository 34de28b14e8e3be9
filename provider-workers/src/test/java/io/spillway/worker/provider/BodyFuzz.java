package io.spillway.worker.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

import io.spillway.contract.json.ChatResponseJson;
import io.spillway.v1.ChatResponse;
import io.spillway.v1.Choice;
import io.spillway.v1.FailureKind;
import io.spillway.v1.Usage;

/** Shows a dialect its own answers and errors, damaged: {@code spillway.fuzz} of them, from {@code spillway.fuzz.seed}. */
final class BodyFuzz {

    private static final int MUTATIONS = Integer.getInteger("spillway.fuzz", 2_000);
    private static final long SEED = Long.getLong("spillway.fuzz.seed", 20_261_121L);

    private final ProviderAdapterContract dialect;

    BodyFuzz(ProviderAdapterContract dialect) {
        this.dialect = dialect;
    }

    /** No damaged body makes the adapter throw, and none is taken for an answer unless it still is one. */
    void run() {
        // Given
        SplittableRandom random = new SplittableRandom(SEED);
        List<String> answers = List.of(dialect.answer("some text"), dialect.toolAnswer("toolu_1", "look_up", "{\"q\":1}"),
                dialect.answerWithUsage());
        List<ProviderAdapterContract.ErrorCase> errors = dialect.errors();
        int answered = 0;

        // When
        for (int i = 0; i < MUTATIONS; i++) {
            boolean isError = i % 5 > 2;
            ProviderAdapterContract.ErrorCase error = errors.get(random.nextInt(errors.size()));
            String whole = isError ? error.body() : answers.get(i % 3);
            byte[] body = Mutations.mutate(whole.getBytes(StandardCharsets.UTF_8), random);
            int usual = isError && random.nextBoolean() ? error.status() : 200;
            int status = random.nextInt(10) == 0 ? random.nextInt(100, 600) : usual;
            try {
                CallOutcome outcome = dialect.outcome(status, body);
                assertIsFailureOrAnswer(outcome, status, body);
                answered += outcome instanceof CallOutcome.Answered ? 1 : 0;
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("Mutation " + i + " of seed " + SEED + " (repeat with -Dspillway.fuzz=" + (i + 1)
                        + " -Dspillway.fuzz.seed=" + SEED + "), HTTP " + status + ": " + new String(body, StandardCharsets.UTF_8),
                        e);
            }
        }

        // Then
        assertThat(answered).isBetween(MUTATIONS / 50, MUTATIONS * 4 / 5);
    }

    /** No answer that ends too early is taken for one, wherever it ends. */
    void cutOffEverywhere() {
        for (String whole : List.of(dialect.answer("some text"), dialect.toolAnswer("toolu_1", "look_up", "{\"q\":1}"))) {
            byte[] body = whole.strip().getBytes(StandardCharsets.UTF_8);
            for (int length = 0; length < body.length; length++) {
                assertThat(dialect.outcome(200, Arrays.copyOf(body, length))).as("%d bytes", length)
                        .isInstanceOf(CallOutcome.Failed.class);
            }
        }
    }

    private static void assertIsFailureOrAnswer(CallOutcome outcome, int status, byte[] body) {
        switch (outcome) {
            case CallOutcome.Answered answer -> {
                assertThat(status).isBetween(200, 299);
                assertThat(Mutations.isJson(body)).as("an answer from what is not JSON").isTrue();
                assertIsAnswer(answer.response());
            }
            case CallOutcome.Failed failed -> {
                assertThat(failed.failure().getHttpStatus()).isEqualTo(status);
                assertThat(failed.failure().getScope()).isEqualTo(Failures.scope(failed.failure().getKind()));
                assertThat(failed.failure().getRetryAfterMillis() == null || failed.failure().getRetryAfterMillis() >= 0)
                        .isTrue();
                assertThat(failed.unsupportedParameter().isEmpty()
                        || failed.failure().getKind() == FailureKind.UNSUPPORTED_PARAMETER).isTrue();
            }
        }
    }

    static void assertIsAnswer(ChatResponse response) {
        Usage usage = response.getUsage();
        assertThat(response.getChoices()).isNotEmpty();
        assertThat(usage).isNotNull();
        assertThat(usage.getPromptTokens()).isNotNegative();
        assertThat(usage.getCompletionTokens()).isNotNegative();
        boolean hasSomething = response.getChoices().stream().map(Choice::getMessage)
                .anyMatch(message -> (message.getContent() != null && !message.getContent().isEmpty())
                        || !message.getToolCalls().isEmpty()
                        || message.getRefusal() != null || message.getExtra() != null);
        assertThat(hasSomething || usage.getCompletionTokens() > 0).isTrue();
        // And it can be written to a caller.
        assertThat(ChatResponseJson.write(response)).isNotEmpty();
    }
}
