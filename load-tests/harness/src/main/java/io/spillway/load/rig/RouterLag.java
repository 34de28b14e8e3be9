package io.spillway.load.rig;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

import io.spillway.load.drive.Endpoint;

/** How many requests are written and not yet accepted by the router, as its committed offsets say. */
public final class RouterLag {

    private static final long LOOK_EVERY_MILLIS = 250;

    private final Endpoint endpoint;
    private final String group;

    /** @param group the router's application id */
    public RouterLag(Endpoint endpoint, String group) {
        this.endpoint = endpoint;
        this.group = group;
    }

    /**
     * Waits until every request written so far is accepted.
     *
     * @throws IllegalStateException when some are not within the patience
     */
    public void awaitNone(Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", endpoint.bootstrapServers()))) {
            long lag = lag(admin);
            while (lag > 0) {
                if (System.nanoTime() > end) {
                    throw new IllegalStateException(lag + " requests were not accepted within " + patience.toSeconds() + " s");
                }
                TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MILLIS);
                lag = lag(admin);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the router's offsets cannot be read", e);
        }
    }

    private long lag(Admin admin) throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        admin.describeTopics(java.util.List.of(endpoint.requests(), endpoint.batchRequests())).allTopicNames().get()
                .forEach((topic, description) -> description.partitions()
                        .forEach(info -> latest.put(new TopicPartition(topic, info.partition()), OffsetSpec.latest())));
        Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata()
                .get();
        long lag = 0;
        for (var end : admin.listOffsets(latest).all().get().entrySet()) {
            OffsetAndMetadata reached = committed.get(end.getKey());
            lag += end.getValue().offset() - (reached == null ? 0 : reached.offset());
        }
        return lag;
    }
}
