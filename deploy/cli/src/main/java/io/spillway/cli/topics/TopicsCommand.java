package io.spillway.cli.topics;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;

import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;

import io.spillway.cli.command.CommandException;
import io.spillway.cli.command.CommonOptions;
import io.spillway.cli.command.ExitCode;
import io.spillway.cli.command.KafkaConnection;
import io.spillway.cli.config.CatalogueInput;
import io.spillway.contract.Topic;
import io.spillway.contract.Topics;
import io.spillway.contract.serde.AvroSerdes;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code spillway topics}. */
@Command(name = "topics", mixinStandardHelpOptions = true, description = {
        "Create missing topics, register their schemas and check what exists.",
        "Nothing that exists is changed. Safe to run again."})
public final class TopicsCommand implements Callable<Integer> {

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Option(names = "--partitions", paramLabel = "N", defaultValue = ""
            + TopicSizes.DEFAULT_PARTITIONS, description = "Partitions of requests and attempt results, per lane. Default: ${DEFAULT-VALUE}")
    private int partitions = TopicSizes.DEFAULT_PARTITIONS;

    @Option(names = "--other-partitions", paramLabel = "N", description = "Partitions of attempts, responses, telemetry, decisions and the dead-letter topic. Default: as "
            + "--partitions")
    private @Nullable Integer otherPartitions;

    @Option(names = "--replication", paramLabel = "N", defaultValue = "0", description = "Copies of every partition. Default: one per broker, at most 3")
    private int replication;

    @Option(names = "--config", paramLabel = "FILE", description = "Catalogue whose providers get their topics too.")
    private @Nullable Path config;

    @Option(names = "--dry-run", description = "Only say what would be created.")
    private boolean dryRun;

    @Option(names = "--no-schemas", description = "Leave the schema registry alone.")
    private boolean noSchemas;

    private final PrintWriter out;

    /** @param out for what was done */
    public TopicsCommand(PrintWriter out) {
        this.out = out;
    }

    @Override
    public Integer call() {
        Topics topics = common.topics();
        TopicSizes sizes = sizes();
        Set<String> providers = config == null
                ? Set.of()
                : new TreeSet<>(CatalogueInput.require(config).snapshot().providers().keySet());
        KafkaConnection connection = common.connection();
        try (Admin admin = connection.admin()) {
            TopicAdmin topicAdmin = new TopicAdmin(admin, topics, sizes);
            List<Topic<?>> wanted = topicAdmin.all(providers);
            TopicReport report = dryRun ? topicAdmin.check(wanted) : topicAdmin.ensure(wanted);
            print(report);
            if (!report.problems().isEmpty()) {
                throw CommandException.runtime(String.join(System.lineSeparator(), report.problems()));
            }
            if (!dryRun && !noSchemas) {
                registerSchemas(connection, topics, wanted);
            }
        }
        return ExitCode.OK;
    }

    private TopicSizes sizes() {
        try {
            return new TopicSizes(partitions, otherPartitions == null ? partitions : otherPartitions, replication);
        } catch (IllegalArgumentException e) {
            throw CommandException.badInput(e.getMessage() + ": choose another number", e);
        }
    }

    private void registerSchemas(KafkaConnection connection, Topics topics, List<Topic<?>> wanted) {
        try (AvroSerdes serdes = AvroSerdes.create(connection.settings())) {
            List<String> registered = new SchemaRegistrar(serdes.registry(), topics).register(wanted);
            registered.forEach(subject -> out.println("registered  " + subject));
            if (registered.isEmpty()) {
                out.println("all schemas are registered at " + connection.registryUrl());
            }
        }
    }

    private void print(TopicReport report) {
        String verb = dryRun ? "would create  " : report.problems().isEmpty() ? "created  " : "missing  ";
        report.missing().forEach(line -> out.println(verb + line));
        report.existing().forEach(line -> out.println("exists  " + line));
        report.drifts().forEach(drift -> out.println("differs  " + drift));
        out.flush();
    }
}
