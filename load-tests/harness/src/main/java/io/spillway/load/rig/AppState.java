package io.spillway.load.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;

/** What a Kafka Streams application keeps: files, internal topics, offsets. */
final class AppState {

    private static final int TRIES = 20;

    private AppState() {}

    /** Takes it all away. The application must not be running; its group may still have to notice. */
    static void forget(String bootstrapServers, String applicationId, Path stateDirectory) throws InterruptedException {
        deleteFiles(stateDirectory);
        for (int tried = 1;; tried++) {
            try {
                forget(bootstrapServers, applicationId);
                return;
            } catch (ExecutionException | TimeoutException e) {
                // Brokers may be away just now.
                if (tried == TRIES) {
                    throw new IllegalStateException("what " + applicationId + " keeps cannot be deleted", e);
                }
                TimeUnit.SECONDS.sleep(1);
            }
        }
    }

    private static void forget(String bootstrapServers, String applicationId)
            throws InterruptedException, ExecutionException, TimeoutException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            List<String> internal = admin.listTopics().names().get(20, TimeUnit.SECONDS).stream()
                    .filter(name -> name.startsWith(applicationId + "-")).toList();
            admin.deleteTopics(internal).all().get(20, TimeUnit.SECONDS);
            deleteGroup(admin, applicationId);
        }
    }

    private static void deleteGroup(Admin admin, String group) throws InterruptedException, ExecutionException, TimeoutException {
        for (int tried = 1;; tried++) {
            try {
                admin.deleteConsumerGroups(List.of(group)).all().get(20, TimeUnit.SECONDS);
                return;
            } catch (ExecutionException e) {
                if (e.getCause() instanceof GroupIdNotFoundException) {
                    return;
                }
                if (!(e.getCause() instanceof GroupNotEmptyException) || tried == TRIES) {
                    throw e;
                }
                TimeUnit.MILLISECONDS.sleep(500);
            }
        }
    }

    /** Deletes a directory with all that is in it, if it is there. */
    static void deleteFiles(Path directory) {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> found = Files.walk(directory)) {
            for (Path path : found.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + directory, e);
        }
    }
}
