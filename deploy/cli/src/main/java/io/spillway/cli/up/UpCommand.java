package io.spillway.cli.up;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

import org.jspecify.annotations.Nullable;

import io.spillway.cli.command.ExitCode;
import io.spillway.cli.config.Catalogue;
import io.spillway.cli.config.CatalogueInput;
import io.spillway.cli.demo.SimulatedSetup;
import io.spillway.cli.stack.LocalStack;
import io.spillway.cli.stack.StackSettings;
import io.spillway.cli.stack.StackSettings.Part;
import io.spillway.v1.Lane;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code spillway up --config FILE}. */
@Command(name = "up", mixinStandardHelpOptions = true, description = {
        "Run a broker, a schema registry, the router, the health-aggregator and workers in this process.",
        "Data is kept in the data directory. Ctrl-C finishes running calls and stops."})
public final class UpCommand implements Callable<Integer> {

    @Option(names = "--config", paramLabel = "FILE", description = "The catalogue, such as deploy/config/example.yaml. "
            + "Default: simulated providers behind the route chat-default, so that everything can be tried without a key")
    private @Nullable Path config;

    @Option(names = "--data", paramLabel = "DIR", defaultValue = "spillway-data", description = "Where data is kept. Default: ${DEFAULT-VALUE}")
    private Path data = Path.of("spillway-data");

    @Option(names = "--port", paramLabel = "N", defaultValue = "9092", description = "Kafka's port. Default: ${DEFAULT-VALUE}")
    private int port = 9092;

    @Option(names = "--registry-port", paramLabel = "N", defaultValue = "8081", description = "The schema registry's port. Default: ${DEFAULT-VALUE}")
    private int registryPort = 8081;

    @Option(names = "--partitions", paramLabel = "N", defaultValue = "4", description = "Partitions of new topics. Default: ${DEFAULT-VALUE}")
    private int partitions = 4;

    @Option(names = "--drain", paramLabel = "SECONDS", defaultValue = "60", description = "How long running calls may finish after Ctrl-C. Default: ${DEFAULT-VALUE}")
    private int drainSeconds = 60;

    private final PrintWriter out;

    /** @param out for addresses and progress */
    public UpCommand(PrintWriter out) {
        this.out = out;
    }

    @Override
    public Integer call() throws InterruptedException, IOException {
        Optional<SimulatedSetup> simulated = config == null
                ? Optional.of(SimulatedSetup.start(data, "chat-default"))
                : Optional.empty();
        Catalogue catalogue = config == null ? simulated.orElseThrow().catalogue() : CatalogueInput.require(config);
        StackSettings settings = new StackSettings(Optional.of(data.toAbsolutePath()), port, registryPort, partitions,
                EnumSet.allOf(Part.class), Map.of(), Duration.ofSeconds(drainSeconds));
        LocalStack stack = LocalStack.start(settings, catalogue, this::say);
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("stop-stack").unstarted(() -> {
            say("stopping: running calls may finish");
            stack.close();
            simulated.ifPresent(SimulatedSetup::close);
            say("stopped; data is kept in " + data.toAbsolutePath());
            stopped.countDown();
            // Ctrl-C is how this command is meant to end, so it ends well.
            Runtime.getRuntime().halt(ExitCode.OK);
        }));
        announce(stack, catalogue, simulated);
        stopped.await();
        return ExitCode.OK;
    }

    private void announce(LocalStack stack, Catalogue catalogue, Optional<SimulatedSetup> simulated) {
        say("");
        say("Spillway is up.");
        say("  Kafka            " + stack.bootstrapServers());
        say("  schema registry  " + stack.registry());
        say("  requests         " + stack.topics().requests(Lane.INTERACTIVE) + "  and  " + stack.topics().requests(Lane.BATCH));
        say("  answers          " + stack.topics().responses());
        say("  routes           " + String.join(", ", catalogue.snapshot().routes().keySet().stream().sorted().toList()));
        say("  data             " + data.toAbsolutePath());
        simulated.ifPresent(setup -> say("  providers        simulated: " + setup.primaryUri()
                + "/_admin takes commands, see load-tests/provider-simulator"));
        say("Ctrl-C stops it.");
    }

    private void say(String line) {
        out.println(line);
        out.flush();
    }
}
