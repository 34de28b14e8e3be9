package io.spillway.router;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import io.spillway.contract.settings.InvalidSettingsException;
import io.spillway.router.config.RouterConfig;
import io.spillway.router.runtime.RouterApp;

/**
 * Runs a router until it is told to stop: {@code RouterMain FILE.properties}. Exit codes: 0 stopped on request, 1 failed while
 * running, 2 wrong configuration.
 */
public final class RouterMain {

    private static final Logger LOGGER = LoggerFactory.getLogger(RouterMain.class);

    private RouterMain() {}

    public static void main(String[] args) {
        System.exit(run(args));
    }

    private static int run(String[] args) {
        if (args.length != 1) {
            System.err.println("usage: RouterMain FILE.properties");
            return 2;
        }
        RouterConfig config;
        try (Reader reader = Files.newBufferedReader(Path.of(args[0]))) {
            Properties properties = new Properties();
            properties.load(reader);
            Map<String, String> settings = new HashMap<>();
            properties.stringPropertyNames().forEach(name -> settings.put(name, properties.getProperty(name)));
            config = RouterConfig.parse(settings);
        } catch (IOException e) {
            System.err.println("cannot read " + args[0] + ": " + e);
            return 2;
        } catch (InvalidSettingsException e) {
            System.err.println(e.getMessage());
            return 2;
        }
        try (RouterApp app = new RouterApp(config, new SimpleMeterRegistry())) {
            Runtime.getRuntime().addShutdownHook(new Thread(app::close, "router-stop"));
            app.start();
            app.awaitStop();
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        } catch (RuntimeException e) {
            LOGGER.atError().setCause(e).log("the router stopped");
            return 1;
        }
    }
}
