package io.spillway.simulator;

import java.time.Duration;

/** The random numbers of one call: SplitMix64 started from the seed and the call's number, so each call draws the same in every run. */
final class Draws {

    private static final long GAMMA = 0x9E3779B97F4A7C15L;
    private static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private long state;

    private Draws(long state) {
        this.state = state;
    }

    static Draws of(long seed, long number) {
        return new Draws(mix(seed) ^ mix(number * GAMMA));
    }

    long nextLong() {
        state += GAMMA;
        return mix(state);
    }

    /** In [0, 1). */
    double next01() {
        return (nextLong() >>> 11) * 0x1.0p-53;
    }

    int below(int bound) {
        return (int) (next01() * bound);
    }

    /** Letters and digits, for ids. */
    String token(int length) {
        StringBuilder token = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            token.append(ALPHABET.charAt(below(ALPHABET.length())));
        }
        return token.toString();
    }

    Duration delay(Latency latency) {
        return switch (latency) {
            case Latency.None() -> Duration.ZERO;
            case Latency.Fixed(Duration duration) -> duration;
            case Latency.Uniform(Duration min, Duration max) -> min
                    .plusNanos(Math.round(next01() * max.minus(min).toNanos()));
            case Latency.LogNormal(Duration median, double sigma, Duration max) -> {
                long nanos = Math.round(median.toNanos() * Math.exp(sigma * gaussian()));
                yield Duration.ofNanos(Math.min(nanos, max.toNanos()));
            }
        };
    }

    /** Box-Muller; 1 - next01() keeps the logarithm finite. */
    private double gaussian() {
        return Math.sqrt(-2 * Math.log(1 - next01())) * Math.cos(2 * Math.PI * next01());
    }

    private static long mix(long value) {
        long z = (value ^ value >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
