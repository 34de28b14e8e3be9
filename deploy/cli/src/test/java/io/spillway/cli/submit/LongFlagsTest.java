package io.spillway.cli.submit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;

final class LongFlagsTest {

    @Test
    void shouldBehaveLikeAMap() {
        // Given keys that collide in their low bits too, and 0
        SplittableRandom random = new SplittableRandom(7);
        LongFlags flags = new LongFlags();
        Map<Long, Integer> model = new HashMap<>();
        for (int i = 0; i < 50_000; i++) {
            long key = i % 3 == 0 ? random.nextLong(1000) << 40 : i % 7 == 0 ? 0 : random.nextLong();
            int added = 1 << random.nextInt(3);
            // When
            int before = flags.add(key, added);
            // Then
            assertThat(before).isEqualTo(model.getOrDefault(key, 0));
            model.merge(key, added, (a, b) -> a | b);
        }
        assertThat(flags.size()).isEqualTo(model.size());
        model.forEach((key, value) -> assertThat(flags.get(key)).isEqualTo(value));
        assertThat(flags.get(123)).isZero();
    }
}
