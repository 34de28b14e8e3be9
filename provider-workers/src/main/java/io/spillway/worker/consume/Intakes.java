package io.spillway.worker.consume;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import org.apache.kafka.clients.consumer.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.spillway.contract.CatalogueSnapshot;
import io.spillway.contract.Topics;
import io.spillway.v1.Lane;

/** One intake per provider and lane, following the catalogue: a new provider gets its intakes, a removed one is drained. */
final class Intakes {

    private static final Logger LOGGER = LoggerFactory.getLogger(Intakes.class);

    private record Key(String provider, Lane lane) {}

    private final Supplier<CatalogueSnapshot> catalogue;
    private final Set<String> wanted;
    private final Topics topics;
    private final IntakeConsumers consumers;
    private final AttemptDecoder decoder;
    private final Dispatcher dispatcher;
    private final Limiters limiters;
    private final BrokerClock clock;
    private final WorkerMetrics metrics;
    private final Duration tenure;
    private final Map<Key, IntakeThread> running = new ConcurrentHashMap<>();
    private final Set<String> refused = new HashSet<>();
    private boolean isClosed;

    /**
     * @param wanted providers to serve; empty = all
     * @param tenure see {@link WorkerEngine.Setup}
     */
    Intakes(Supplier<CatalogueSnapshot> catalogue, Set<String> wanted, Topics topics, IntakeConsumers consumers,
            AttemptDecoder decoder, Dispatcher dispatcher, Limiters limiters, Duration tenure, BrokerClock clock,
            WorkerMetrics metrics) {
        this.catalogue = catalogue;
        this.wanted = Set.copyOf(wanted);
        this.topics = topics;
        this.consumers = consumers;
        this.decoder = decoder;
        this.dispatcher = dispatcher;
        this.limiters = limiters;
        this.clock = clock;
        this.metrics = metrics;
        this.tenure = tenure;
    }

    boolean serves(String provider) {
        return wanted.isEmpty() || wanted.contains(provider);
    }

    /** Brings the intakes in line with the catalogue. */
    synchronized void refresh() {
        if (isClosed) {
            return;
        }
        Set<Key> desired = new HashSet<>();
        for (String provider : catalogue.get().providers().keySet()) {
            if (serves(provider) && isUsable(provider)) {
                Topics.LANES.forEach(lane -> desired.add(new Key(provider, lane)));
            }
        }
        for (Key key : desired) {
            running.computeIfAbsent(key, this::begin);
        }
        running.forEach((key, intake) -> {
            if (!desired.contains(key)) {
                LOGGER.atInfo().addKeyValue("provider", key.provider()).log("provider left the catalogue, draining");
                intake.stop();
                running.remove(key);
            }
        });
    }

    /** Stops taking attempts and waits until every intake has committed. */
    void close(Duration patience) {
        long until = clock.millis() + patience.toMillis();
        markClosed();
        running.values().forEach(IntakeThread::stop);
        running.forEach((key, intake) -> {
            if (!intake.awaitEnd(Duration.ofMillis(Math.max(1, until - clock.millis())))) {
                LOGGER.atWarn().addKeyValue("provider", key.provider()).addKeyValue("lane", key.lane())
                        .log("an intake did not end in time; attempts it announced last may be delivered again");
            }
        });
    }

    void kill() {
        markClosed();
        running.values().forEach(IntakeThread::kill);
    }

    /** Waiting attempts by deployment, over all intakes. */
    Map<String, Integer> queued() {
        Map<String, Integer> sum = new HashMap<>();
        running.values().forEach(intake -> intake.queued().forEach((id, count) -> sum.merge(id, count, Integer::sum)));
        return sum;
    }

    private synchronized void markClosed() {
        isClosed = true;
    }

    private IntakeThread begin(Key key) {
        String topic = topics.attempts(key.provider(), key.lane()).name();
        IntakeThread intake = new IntakeThread(key.provider() + "-" + Topics.laneName(key.lane()),
                () -> consumers.create(key.provider(), key.lane()), consumer -> intake(consumer, topic, key), metrics);
        intake.start();
        return intake;
    }

    private Intake intake(Consumer<byte[], byte[]> consumer, String topic, Key key) {
        return new Intake(consumer, topic, key.lane(), decoder, dispatcher, clock,
                owned -> limiters.owns(key.provider(), key.lane(), owned), new Tenure(clock, tenure));
    }

    private boolean isUsable(String provider) {
        if (Topics.isProviderId(provider)) {
            return true;
        }
        if (refused.add(provider)) {
            LOGGER.atError().addKeyValue("provider", provider).log("provider id cannot be part of a topic name, not served");
        }
        return false;
    }
}
