package io.spillway.health;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import io.spillway.contract.settings.InvalidSettingsException;
import io.spillway.health.config.HealthConfig;
import io.spillway.health.runtime.HealthApp;

/**
 * Runs a health aggregator until it is told to stop: {@code HealthMain FILE.properties}. Exit codes: 0 stopped on request, 1
 * failed while running, 2 wrong configuration.
 */
public final class HealthMain {

    private static final Logger LOGGER = LoggerFactory.getLogger(HealthMain.class);

    private HealthMain() {}

    public static void main(String[] args) {
        System.exit(run(args));
    }

    static int run(String... args) {
        if (args.length != 1) {
            System.err.println("usage: HealthMain FILE.properties");
            return 2;
        }
        HealthConfig config;
        try (Reader reader = Files.newBufferedReader(Path.of(args[0]))) {
            Properties properties = new Properties();
            properties.load(reader);
            Map<String, String> settings = new HashMap<>();
            properties.stringPropertyNames().forEach(name -> settings.put(name, properties.getProperty(name)));
            config = HealthConfig.parse(settings);
        } catch (IOException | InvalidPathException e) {
            System.err.println("cannot read " + args[0] + ": " + e);
            return 2;
        } catch (InvalidSettingsException e) {
            System.err.println(e.getMessage());
            return 2;
        }
        try (HealthApp app = new HealthApp(config, new SimpleMeterRegistry())) {
            Runtime.getRuntime().addShutdownHook(new Thread(app::close, "health-stop"));
            app.start();
            app.awaitStop();
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        } catch (RuntimeException e) {
            LOGGER.atError().setCause(e).log("the health aggregator stopped");
            return 1;
        }
    }
}
