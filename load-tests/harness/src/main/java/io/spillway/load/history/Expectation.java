package io.spillway.load.history;

import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * What the promises amount to in one run.
 *
 * @param deployments which deployments policy allows, by route
 * @param paidCallCap paid calls a request may cost when nothing crashes
 * @param outcomes the outcomes that may occur; {@code ok} alone where every request can be served
 * @param latest from the planned send to the answer: deadline plus grace
 */
public record Expectation(Map<String, Set<String>> deployments, int paidCallCap, Set<String> outcomes, Duration latest) {

    public Expectation {
        deployments = Map.copyOf(deployments);
        outcomes = Set.copyOf(outcomes);
    }
}
