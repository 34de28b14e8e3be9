package io.spillway.load.rig;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.apache.kafka.clients.admin.Admin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.spillway.contract.Topics;

/** Topics of one run on a cluster of somebody else's. */
final class ForeignTopics {

    private static final Logger LOGGER = LoggerFactory.getLogger(ForeignTopics.class);
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private ForeignTopics() {}

    /** Named so that no other run and no installation has the same. */
    static Topics ofThisRun() {
        return new Topics("spillway-load-" + STAMP.format(Instant.now()) + ".");
    }

    /** Deletes them, with the internal ones of the applications; whatever cannot be deleted is named in the log. */
    static void delete(String bootstrapServers, Topics topics) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            List<String> names = admin.listTopics().names().get(20, TimeUnit.SECONDS).stream()
                    .filter(name -> name.startsWith(topics.prefix())).toList();
            admin.deleteTopics(names).all().get(60, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOGGER.atWarn().addKeyValue("prefix", topics.prefix()).addKeyValue("error", e.toString())
                    .log("topics of the load test are left on the cluster; delete those with this prefix");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
