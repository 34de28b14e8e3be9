package io.spillway.simulator;

import java.util.OptionalInt;

/**
 * How a simulated provider is set up.
 *
 * @param name shown in statistics; also part of the ids it makes
 * @param port 0 for any free port
 * @param latency thinking time of completing calls, unless the behaviour brings its own
 * @param tokens token counts and answer lengths
 * @param seed everything random follows from it
 * @param rules which requests are accepted and what is charged
 * @param limits rate and concurrency limits
 * @param listen where it listens
 */
public record SimulatorConfig(String name, int port, Latency latency, Tokens tokens, long seed, Rules rules, Limits limits,
        Listen listen) {

    /**
     * Where a provider listens.
     *
     * @param address the local address, such as 127.0.0.1 or 0.0.0.0
     * @param adminPort a second port for the admin paths, which keeps answering while the provider refuses connections; 0 for any free
     */
    public record Listen(String address, OptionalInt adminPort) {}

    /** Any free port on 127.0.0.1, instant, seed 1, no limits. */
    public static SimulatorConfig of(String name) {
        return new SimulatorConfig(name, 0, Latency.none(), Tokens.standard(), 1, Rules.standard(), Limits.none(),
                new Listen("127.0.0.1", OptionalInt.empty()));
    }

    public SimulatorConfig withPort(int newPort) {
        return new SimulatorConfig(name, newPort, latency, tokens, seed, rules, limits, listen);
    }

    public SimulatorConfig withLatency(Latency newLatency) {
        return new SimulatorConfig(name, port, newLatency, tokens, seed, rules, limits, listen);
    }

    public SimulatorConfig withTokens(Tokens newTokens) {
        return new SimulatorConfig(name, port, latency, newTokens, seed, rules, limits, listen);
    }

    public SimulatorConfig withSeed(long newSeed) {
        return new SimulatorConfig(name, port, latency, tokens, newSeed, rules, limits, listen);
    }

    public SimulatorConfig withRules(Rules newRules) {
        return new SimulatorConfig(name, port, latency, tokens, seed, newRules, limits, listen);
    }

    public SimulatorConfig withLimits(Limits newLimits) {
        return new SimulatorConfig(name, port, latency, tokens, seed, rules, newLimits, listen);
    }

    public SimulatorConfig withListen(Listen newListen) {
        return new SimulatorConfig(name, port, latency, tokens, seed, rules, limits, newListen);
    }
}
