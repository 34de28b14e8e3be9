package io.spillway.cli.stack;

import io.micrometer.core.instrument.MeterRegistry;

import io.spillway.health.config.HealthConfig;
import io.spillway.health.runtime.HealthApp;

/** The health-aggregator inside the stack. */
final class RunningHealth {

    private RunningHealth() {}

    static HealthApp start(LocalStack stack, MeterRegistry meters) {
        HealthApp app = new HealthApp(HealthConfig.parse(stack.healthProperties("health")), meters);
        try {
            app.start();
            return app;
        } catch (RuntimeException e) {
            app.close();
            throw e;
        }
    }
}
