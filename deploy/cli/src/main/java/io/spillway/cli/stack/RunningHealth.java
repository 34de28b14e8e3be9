package io.spillway.cli.stack;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

import io.micrometer.core.instrument.MeterRegistry;

import io.spillway.health.config.HealthConfig;
import io.spillway.health.runtime.HealthApp;

/** The health-aggregator inside the stack. */
final class RunningHealth {

    private RunningHealth() {}

    static HealthApp start(LocalStack stack, Path stateDirectory, MeterRegistry meters) {
        Map<String, String> properties = new HashMap<>(stack.serdeSettings());
        properties.put("bootstrap.servers", stack.bootstrapServers());
        properties.put("state.dir", stateDirectory.toString());
        HealthApp app = new HealthApp(HealthConfig.parse(properties), meters);
        try {
            app.start();
            return app;
        } catch (RuntimeException e) {
            app.close();
            throw e;
        }
    }
}
