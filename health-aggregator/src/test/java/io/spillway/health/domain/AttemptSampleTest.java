package io.spillway.health.domain;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.OptionalLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttemptSampleTest {

    @ParameterizedTest
    @CsvSource({"-1, 0, 0, durationMs must be >= 0 ms", "0, -1, 0, firstByteMs must be >= 0 ms",
            "0, 0, -1, queueWaitMs must be >= 0 ms"})
    void shouldRefuseNegativeTimes(long duration, long firstByte, long queueWait, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AttemptSample(Samples.START, new Outcome.Succeeded(), duration,
                        OptionalLong.of(firstByte), queueWait, OptionalLong.empty()))
                .withMessageContaining(message).withMessageContaining("was -1");
    }
}
