package io.spillway.worker;

import java.io.IOException;
import java.io.Reader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.spillway.contract.CatalogueSnapshot;
import io.spillway.contract.TableFollower;
import io.spillway.contract.Topics;
import io.spillway.contract.serde.AvroSerdes;
import io.spillway.v1.Attempt;
import io.spillway.v1.AttemptEvent;
import io.spillway.v1.CatalogEntry;
import io.spillway.v1.Telemetry;
import io.spillway.worker.config.WorkerConfig;
import io.spillway.worker.config.WorkerConfigException;
import io.spillway.worker.config.WorkerConfigParser;
import io.spillway.worker.http.NameCache;
import io.spillway.worker.provider.Adapters;

/** Runs a worker until it is told to stop. Exit codes: 0 stopped, 1 failed, 2 wrong usage or configuration. */
public final class WorkerMain {

    private static final Logger LOGGER = LoggerFactory.getLogger(WorkerMain.class);
    private static final Duration CATALOGUE_PATIENCE = Duration.ofSeconds(60);
    /** Parent of the client's header and wire logs. */
    private static final String HTTP_LOGGER = "org.apache.hc.client5.http";
    /** For intakes and producer, beside the drain. */
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(45);
    private static final int FAILED = 1;
    private static final int WRONG_CONFIGURATION = 2;

    private WorkerMain() {}

    /** @param args the path of a properties or environment file */
    public static void main(String[] args) {
        if (args.length != 1) {
            System.err.println("usage: worker <file.properties>");
            System.exit(WRONG_CONFIGURATION);
        }
        if (LoggerFactory.getLogger(HTTP_LOGGER).isDebugEnabled()) {
            System.err.println(
                    "logger " + HTTP_LOGGER + " is at DEBUG, where the HTTP client prints keys and prompts; set it to INFO");
            System.exit(WRONG_CONFIGURATION);
        }
        NameCache.limit();
        try {
            run(WorkerConfigParser.parse(read(Path.of(args[0])), defaultWorkerId()));
        } catch (WorkerConfigException e) {
            System.err.println(e.getMessage());
            System.exit(WRONG_CONFIGURATION);
        } catch (IOException e) {
            System.err.println("cannot read the configuration file " + args[0] + ": " + e.getClass().getSimpleName());
            System.exit(WRONG_CONFIGURATION);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOGGER.atError().setCause(e).log("the worker failed");
            System.exit(FAILED);
        }
    }

    private static void run(WorkerConfig config) throws InterruptedException {
        Topics topics = new Topics(config.topicPrefix());
        try (AvroSerdes avro = AvroSerdes.create(config.serde());
                TableFollower<CatalogueSnapshot> catalogue = TableFollower.catalogue(topics, new KafkaSettings(config).follower(),
                        avro.deserializer(CatalogEntry.class))) {
            catalogue.start(CATALOGUE_PATIENCE);
            WorkerSerdes serdes = new WorkerSerdes(avro.deserializer(Attempt.class), avro.serializer(AttemptEvent.class),
                    avro.serializer(Telemetry.class));
            WorkerApp app = new WorkerApp(config, catalogue, serdes, Adapters::forApi, new SimpleMeterRegistry());
            CountDownLatch stopping = new CountDownLatch(1);
            Thread main = Thread.currentThread();
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("spillway-shutdown").unstarted(() -> {
                stopping.countDown();
                awaitEnd(main, config.drainTimeout().plus(CLOSE_PATIENCE));
            }));
            app.start();
            LOGGER.atInfo().addKeyValue("config", config).log("worker started");
            stopping.await();
            app.close();
            LOGGER.atInfo().log("worker stopped");
        }
    }

    private static void awaitEnd(Thread main, Duration patience) {
        try {
            var _ = main.join(patience);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Map<String, String> read(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(reader);
        }
        return properties.stringPropertyNames().stream().collect(Collectors.toMap(name -> name, properties::getProperty));
    }

    /** Process id and host: unique among workers that run at the same time. */
    private static String defaultWorkerId() {
        return ManagementFactory.getRuntimeMXBean().getName();
    }
}
