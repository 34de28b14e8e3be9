package io.spillway.load.rig;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;

import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.spillway.contract.RecordHeaders;
import io.spillway.load.drive.Endpoint;
import io.spillway.load.workload.Workload;
import io.spillway.simulator.SimulatedProvider;

/**
 * The baseline: consume a request, call the provider, produce the answer. No routing, no state, no transactions, no schema, and no
 * care for crashes. What Spillway costs is measured against this on the same broker and the same simulated provider.
 */
public final class BareLoop implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(BareLoop.class);
    private static final String REQUESTS = "bare-requests";
    private static final String RESPONSES = "bare-responses";

    private final String bootstrapServers;
    private final URI endpoint;
    private final Semaphore places;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final KafkaProducer<byte[], byte[]> producer;
    private final CloseableHttpClient http;
    private final ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor();
    private final Thread thread;

    private BareLoop(String bootstrapServers, URI endpoint, Workload.Provider provider) {
        this.bootstrapServers = bootstrapServers;
        this.endpoint = endpoint;
        this.places = new Semaphore(provider.concurrency());
        this.consumer = new KafkaConsumer<>(
                Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers, ConsumerConfig.GROUP_ID_CONFIG, "bare",
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest", ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false),
                new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers, ProducerConfig.ACKS_CONFIG, "all"),
                new ByteArraySerializer(), new ByteArraySerializer());
        this.http = HttpClients.custom().disableAutomaticRetries().disableCookieManagement().disableContentCompression()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create().setMaxConnTotal(provider.concurrency())
                        .setMaxConnPerRoute(provider.concurrency()).build())
                .build();
        this.thread = Thread.ofPlatform().name("bare-loop").unstarted(this::run);
    }

    /** Starts the loop beside the first provider of a rig, which must speak OpenAI's format. */
    public static BareLoop start(Rig rig) throws InterruptedException {
        Map.Entry<Workload.Provider, SimulatedProvider> first = rig.simulators().running().entrySet().iterator().next();
        BareLoop loop = new BareLoop(rig.stack().bootstrapServers(),
                first.getValue().baseUri().resolve("/v1/chat/completions"), first.getKey());
        loop.createTopics(rig.partitions());
        loop.thread.start();
        return loop;
    }

    public Endpoint endpoint() {
        return new Endpoint(bootstrapServers, REQUESTS, REQUESTS, RESPONSES, Set.of());
    }

    @Override
    public void close() {
        consumer.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        calls.close();
        producer.close(Duration.ofSeconds(5));
        try {
            http.close();
        } catch (IOException e) {
            LOGGER.atDebug().setCause(e).log("the HTTP client did not close");
        }
    }

    private void createTopics(int partitions) throws InterruptedException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            admin.createTopics(Stream.of(REQUESTS, RESPONSES).map(topic -> new NewTopic(topic, partitions, (short) 1)).toList())
                    .all().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the topics of the baseline cannot be created", e);
        }
    }

    private void run() {
        try (consumer) {
            consumer.subscribe(List.of(REQUESTS));
            while (true) {
                for (ConsumerRecord<byte[], byte[]> item : consumer.poll(Duration.ofMillis(100))) {
                    places.acquireUninterruptibly();
                    calls.execute(() -> serve(item));
                }
                consumer.commitAsync();
            }
        } catch (WakeupException e) {
            LOGGER.atDebug().log("the baseline was closed");
        } catch (RuntimeException e) {
            LOGGER.atError().setCause(e).log("the baseline failed");
        }
    }

    private void serve(ConsumerRecord<byte[], byte[]> item) {
        try {
            HttpPost post = new HttpPost(endpoint);
            post.setEntity(new ByteArrayEntity(item.value(), ContentType.APPLICATION_JSON));
            post.setHeader("Authorization", "Bearer simulated-not-a-secret");
            byte[] answer = http.execute(post, response -> EntityUtils.toByteArray(response.getEntity()));
            byte[] id = RecordHeaders.bytes(item.headers(), RecordHeaders.REQUEST_ID).orElse(new byte[0]);
            var _ = producer.send(new ProducerRecord<>(RESPONSES, null, item.key(), answer,
                    List.of(new RecordHeader(RecordHeaders.REQUEST_ID, id))));
        } catch (IOException e) {
            LOGGER.atWarn().addKeyValue("error", e.toString()).log("a call of the baseline failed");
        } finally {
            places.release();
        }
    }
}
