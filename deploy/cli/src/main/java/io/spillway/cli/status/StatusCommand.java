package io.spillway.cli.status;

import java.io.Console;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import io.spillway.cli.command.CommandException;
import io.spillway.cli.command.CommonOptions;
import io.spillway.cli.command.ExitCode;
import io.spillway.cli.command.KafkaConnection;
import io.spillway.contract.CatalogueSnapshot;
import io.spillway.contract.DeploymentStates;
import io.spillway.contract.TableFollower;
import io.spillway.contract.Topics;
import io.spillway.contract.json.Json;
import io.spillway.contract.serde.AvroSerdes;
import io.spillway.v1.CatalogEntry;
import io.spillway.v1.DeploymentState;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code spillway status}. */
@Command(name = "status", mixinStandardHelpOptions = true, description = {
        "Show every deployment as the routers see it: breaker, errors, latency, load, rests and why."})
public final class StatusCommand implements Callable<Integer> {

    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final String CLEAR_SCREEN = "\u001b[H\u001b[2J";

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Option(names = "--json", description = "Print JSON, one line each time.")
    private boolean json;

    @Option(names = "--watch", paramLabel = "SECONDS", arity = "0..1", fallbackValue = "2", description = "Show it again every so many seconds, until interrupted. Default: ${FALLBACK-VALUE}")
    private @Nullable Integer watch;

    private final PrintWriter out;
    private final InstantSource clock;

    /** @param out for the table */
    public StatusCommand(PrintWriter out, InstantSource clock) {
        this.out = out;
        this.clock = clock;
    }

    @Override
    public Integer call() {
        if (watch != null && watch < 1) {
            throw CommandException.badInput("--watch must be at least 1 second");
        }
        KafkaConnection connection = common.connection();
        connection.admin().close();
        Topics topics = common.topics();
        try (AvroSerdes serdes = AvroSerdes.create(connection.settings());
                TableFollower<CatalogueSnapshot> catalogue = TableFollower.catalogue(topics, connection.reader(),
                        serdes.deserializer(CatalogEntry.class));
                TableFollower<DeploymentStates> states = TableFollower.deploymentStates(topics, connection.reader(),
                        serdes.deserializer(DeploymentState.class))) {
            start(catalogue);
            start(states);
            print(catalogue.get(), states.get());
            if (watch != null) {
                watch(catalogue, states, watch);
            }
            return ExitCode.OK;
        }
    }

    private void watch(TableFollower<CatalogueSnapshot> catalogue, TableFollower<DeploymentStates> states, int seconds) {
        boolean redraw = !json && Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
        try {
            while (true) {
                TimeUnit.SECONDS.sleep(seconds);
                if (redraw) {
                    out.print(CLEAR_SCREEN);
                }
                print(catalogue.get(), states.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void print(CatalogueSnapshot catalogue, DeploymentStates states) {
        Instant now = clock.instant();
        if (json) {
            out.println(Json.text(StatusJson.tree(catalogue, states, now)));
        } else {
            StatusTable.lines(catalogue, states, now, ZoneId.systemDefault()).forEach(out::println);
        }
        out.flush();
    }

    private static void start(TableFollower<?> follower) {
        try {
            follower.start(PATIENCE);
        } catch (IllegalStateException e) {
            throw CommandException.runtime(String.valueOf(e.getMessage()), e);
        }
    }
}
