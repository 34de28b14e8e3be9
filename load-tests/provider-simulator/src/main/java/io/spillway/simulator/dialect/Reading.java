package io.spillway.simulator.dialect;

/** What a dialect made of a request body. */
public sealed interface Reading {

    /** A request the real API would take on. */
    record Accepted(ChatCall call) implements Reading {}

    /** A request the real API would refuse, in its own words. */
    record Refused(ProviderError error) implements Reading {}
}
