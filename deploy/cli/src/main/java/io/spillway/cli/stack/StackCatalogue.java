package io.spillway.cli.stack;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

import org.apache.kafka.clients.admin.Admin;

import io.spillway.cli.apply.CatalogueApplier;
import io.spillway.cli.command.CommandException;
import io.spillway.cli.command.KafkaConnection;
import io.spillway.cli.config.Catalogue;
import io.spillway.cli.topics.TopicAdmin;
import io.spillway.cli.topics.TopicReport;
import io.spillway.cli.topics.TopicSizes;

/** Topics and catalogue of a local stack, made with the same code as on a real cluster. */
final class StackCatalogue {

    private StackCatalogue() {}

    static void apply(LocalStack stack, Catalogue catalogue, TopicSizes sizes) {
        Map<String, Object> settings = new HashMap<>(stack.serdeSettings());
        settings.put("bootstrap.servers", stack.bootstrapServers());
        KafkaConnection connection = new KafkaConnection(settings);
        try (Admin admin = connection.admin()) {
            TopicAdmin topics = new TopicAdmin(admin, stack.topics(), sizes);
            TopicReport report = topics.ensure(topics.all(catalogue.snapshot().providers().keySet()));
            if (!report.problems().isEmpty()) {
                throw CommandException.runtime(String.join(System.lineSeparator(), report.problems()));
            }
        }
        new CatalogueApplier(connection, stack.topics(), sizes).apply(catalogue, System.getProperty("user.name", "local"),
                Instant.now());
    }
}
