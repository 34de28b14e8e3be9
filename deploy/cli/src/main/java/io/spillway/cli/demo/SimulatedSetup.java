package io.spillway.cli.demo;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

import io.spillway.cli.config.Catalogue;

/** Simulated providers and the catalogue that names them. */
public final class SimulatedSetup implements AutoCloseable {

    private static final String KEY = "simulated-not-a-secret";

    private final DemoProviders providers;
    private final Catalogue catalogue;

    private SimulatedSetup(DemoProviders providers, Catalogue catalogue) {
        this.providers = providers;
        this.catalogue = catalogue;
    }

    /**
     * Starts the providers.
     *
     * @param directory where the file with the simulated key is written
     * @param route name of the one route
     */
    public static SimulatedSetup start(Path directory, String route) throws IOException {
        Files.createDirectories(directory);
        Path keyFile = directory.resolve("simulated-key").toAbsolutePath();
        Files.writeString(keyFile, KEY);
        DemoProviders providers = DemoProviders.start(1);
        return new SimulatedSetup(providers, DemoCatalogue.of(route, providers, keyFile));
    }

    public Catalogue catalogue() {
        return catalogue;
    }

    /** Where the primary provider listens, its admin paths included. */
    public URI primaryUri() {
        return providers.primaryUri();
    }

    DemoProviders providers() {
        return providers;
    }

    @Override
    public void close() {
        providers.close();
    }
}
