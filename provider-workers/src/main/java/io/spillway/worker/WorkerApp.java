package io.spillway.worker;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.function.Supplier;

import javax.net.ssl.SSLContext;

import io.micrometer.core.instrument.MeterRegistry;
import io.spillway.contract.CatalogueSnapshot;
import io.spillway.contract.Topics;
import io.spillway.worker.config.EgressConfig;
import io.spillway.worker.config.WorkerConfig;
import io.spillway.worker.config.WorkerConfigException;
import io.spillway.worker.consume.BrokerClock;
import io.spillway.worker.consume.WorkerEngine;
import io.spillway.worker.consume.WorkerStats;
import io.spillway.worker.credential.AccessTokens;
import io.spillway.worker.credential.CredentialBook;
import io.spillway.worker.credential.CredentialResolver;
import io.spillway.worker.credential.VaultSecrets;
import io.spillway.worker.http.CallTimeouts;
import io.spillway.worker.http.EdgeSettings;
import io.spillway.worker.http.HttpExecutor;
import io.spillway.worker.http.HttpSettings;
import io.spillway.worker.http.HttpTokenServer;
import io.spillway.worker.http.ProxySettings;
import io.spillway.worker.http.Trust;
import io.spillway.worker.provider.ProviderAdapter;

/** One worker: everything between the attempt topics and the providers, wired. Start once, then close or kill. */
public final class WorkerApp implements AutoCloseable {

    private final WorkerConfig config;
    private final HttpExecutor http;
    private final WorkerEngine engine;

    /**
     * @param catalogue the live catalogue
     * @param adapters the dialects by their {@code api} name
     */
    public WorkerApp(WorkerConfig config, Supplier<CatalogueSnapshot> catalogue, WorkerSerdes serdes,
            Function<String, Optional<ProviderAdapter>> adapters, MeterRegistry registry) {
        this(config, catalogue, serdes, adapters, registry, InstantSource.system());
    }

    /** The same with a wall clock that may be wrong: used only until a broker has told the time. */
    public WorkerApp(WorkerConfig config, Supplier<CatalogueSnapshot> catalogue, WorkerSerdes serdes,
            Function<String, Optional<ProviderAdapter>> adapters, MeterRegistry registry, InstantSource wallClock) {
        this(config, catalogue, serdes, adapters, registry, new KafkaSettings(config).clients(), wallClock);
    }

    /** For tests: with other Kafka clients. */
    WorkerApp(WorkerConfig config, Supplier<CatalogueSnapshot> catalogue, WorkerSerdes serdes,
            Function<String, Optional<ProviderAdapter>> adapters, MeterRegistry registry, WorkerClients clients) {
        this(config, catalogue, serdes, adapters, registry, clients, InstantSource.system());
    }

    private WorkerApp(WorkerConfig config, Supplier<CatalogueSnapshot> catalogue, WorkerSerdes serdes,
            Function<String, Optional<ProviderAdapter>> adapters, MeterRegistry registry, WorkerClients clients,
            InstantSource wallClock) {
        this.config = config;
        BrokerClock clock = new BrokerClock(wallClock, System::nanoTime);
        CredentialResolver resolver = new CredentialResolver(config.allowEnvCredentials(), System::getenv, clock::millis,
                config.vault().map(vault -> new VaultSecrets(vault, clock::millis)));
        this.http = new HttpExecutor(new HttpSettings(config.timeouts().connect(), config.maxBodyBytes(),
                Math.multiplyExact(config.maxInFlight(), 2), trust(config.egress())), edge(config.egress(), resolver),
                System::nanoTime);
        CredentialBook credentials = credentials(resolver, http, clock);
        CallTimeouts timeouts = new CallTimeouts(config.timeouts().connect(), config.timeouts().firstByte(),
                config.timeouts().firstToken(), config.timeouts().idleGap(), Duration.ZERO);
        this.engine = new WorkerEngine(
                new WorkerEngine.Setup(config.workerId(), config.providers(), new Topics(config.topicPrefix()),
                        config.maxInFlight(), timeouts, new KafkaSettings(config).tenure()),
                new WorkerEngine.Connections(clients.producer(), clients.consumers(), serdes.attempts(), serdes.events(),
                        serdes.telemetry(), catalogue),
                http, credentials, adapters, clock, registry);
    }

    private static CredentialBook credentials(CredentialResolver resolver, HttpExecutor http, BrokerClock clock) {
        HttpTokenServer tokenServer = new HttpTokenServer(http);
        return new CredentialBook(resolver,
                AccessTokens.ofServiceAccounts(tokenServer, clock::now, () -> ThreadLocalRandom.current().nextDouble()),
                AccessTokens.ofEntraClients(tokenServer, clock::now, () -> ThreadLocalRandom.current().nextDouble()),
                clock::millis);
    }

    /** Begins to serve. Returns at once, whether or not the brokers can be reached. */
    public void start() {
        http.start();
        engine.start();
    }

    /** Counters since the start. */
    public WorkerStats stats() {
        return engine.stats();
    }

    /** Closes with the configured drain timeout. */
    @Override
    public void close() {
        close(config.drainTimeout());
    }

    /**
     * Takes no more attempts, lets running calls finish, writes and commits everything. Calls that are still running when the
     * drain timeout ends are cut off and reported as {@code WORKER_LOST}, so that the router does not wait for their leases.
     */
    public void close(Duration drain) {
        http.drain();
        engine.drain(drain);
        http.abortAll();
        engine.close();
        http.close();
    }

    /**
     * Stops as a crashed process would, for tests: nothing is committed, flushed or reported, connections break off, and the
     * consumer groups are left to notice.
     */
    public void kill() {
        engine.kill();
        http.close();
    }

    private static Optional<SSLContext> trust(EgressConfig egress) {
        try {
            return egress.caFile().map(Trust::withAuthorities);
        } catch (IllegalArgumentException e) {
            throw new WorkerConfigException(List.of("worker.tls.ca.file: " + e.getMessage()));
        }
    }

    private static EdgeSettings edge(EgressConfig egress, CredentialResolver credentials) {
        return new EdgeSettings(egress.connectionLifetime(), egress.proxy().map(proxy -> new ProxySettings(proxy.host(),
                proxy.port(), () -> credentials.resolve(proxy.credential().orElse("")), proxy.exceptions())));
    }
}
