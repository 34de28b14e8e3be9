package io.spillway.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.UncheckedIOException;
import java.util.concurrent.CountDownLatch;

/** Runs one simulated provider as a process of its own. Exit codes: 0 ended by a signal or help, 1 could not run, 2 wrong arguments. */
public final class SimulatorMain {

    private SimulatorMain() {}

    public static void main(String[] args) throws InterruptedException {
        SimulatorOptions options;
        try {
            options = SimulatorOptions.parse(args);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.err.println(SimulatorOptions.USAGE);
            System.exit(2);
            return;
        }
        if (options.help()) {
            System.out.println(SimulatorOptions.USAGE);
            return;
        }
        try {
            SimulatedProvider provider = SimulatedProvider.start(options.config());
            Runtime.getRuntime().addShutdownHook(new Thread(provider::close));
            options.behaviour().ifPresent(provider::behave);
            System.out.println("provider " + options.config().name() + " is ready at " + provider.baseUri());
            provider.adminUri().ifPresent(uri -> System.out.println("admin at " + uri + AdminEndpoint.PREFIX));
        } catch (UncheckedIOException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
        new CountDownLatch(1).await();
    }

    /** JSON if it looks like an object, else the name of a behaviour that needs no fields. */
    static JsonNode behaviourText(String text) {
        if (!text.strip().startsWith("{")) {
            return JsonNodeFactory.instance.textNode(text.strip());
        }
        try {
            return new ObjectMapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("is not JSON (" + e.getOriginalMessage() + "); write for example"
                    + " '{\"type\":\"rateLimited\",\"retryAfter\":\"2s\"}'", e);
        }
    }
}
