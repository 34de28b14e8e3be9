package io.spillway.worker.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.spillway.v1.DeploymentEntry;
import io.spillway.v1.ProviderEntry;
import io.spillway.worker.credential.CredentialBook;
import io.spillway.worker.credential.CredentialResolver;
import io.spillway.worker.http.CallTimeouts;
import io.spillway.worker.http.HttpExecutor;
import io.spillway.worker.http.HttpSettings;
import io.spillway.worker.provider.Adapters;
import io.spillway.worker.provider.CallOutcome;

/** The only key of a deployment is replaced while calls run, and the provider refuses the old one from that moment on. */
class RotationUnderLoadTest {

    private static final int CALLERS = 16;

    /** The ways in which mounted files change. */
    enum Swap {
        /** The file is written over. */
        EDIT {
            @Override
            void to(Path folder, String key) throws IOException {
                Files.writeString(folder.resolve("key"), key);
            }
        },
        /** Another file takes its name. */
        REPLACE {
            @Override
            void to(Path folder, String key) throws IOException {
                Path next = Files.writeString(folder.resolve("key.next"), key);
                Files.move(next, folder.resolve("key"), StandardCopyOption.ATOMIC_MOVE);
            }
        },
        /** As Kubernetes updates a mounted secret. */
        SYMLINK {
            @Override
            void to(Path folder, String key) throws IOException {
                Path version = Files.createDirectory(folder.resolve("..version-" + key));
                Files.writeString(version.resolve("key"), key);
                Path link = Files.createSymbolicLink(folder.resolve("..data_tmp"), version);
                Files.move(link, folder.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
                if (!Files.isSymbolicLink(folder.resolve("key"))) {
                    Files.createSymbolicLink(folder.resolve("key"), Path.of("..data", "key"));
                }
            }
        };

        abstract void to(Path folder, String key) throws IOException;
    }

    @TempDir
    private Path folder;

    private final BrokerClock clock = new BrokerClock(() -> Samples.NOW, System::nanoTime);
    private final HttpExecutor http = new HttpExecutor(HttpSettings.standard(), System::nanoTime);

    @BeforeEach
    void start() {
        http.start();
    }

    @AfterEach
    void stop() {
        http.close();
    }

    @ParameterizedTest
    @EnumSource
    void shouldFailNoAttempt(Swap swap) throws IOException {
        try (KeyedProvider provider = new KeyedProvider();
                ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            // Given calls with the first key
            swap.to(folder, "sk-1");
            provider.accept("sk-1");
            CallMaker maker = maker();
            Target target = target(provider);
            AtomicInteger answered = new AtomicInteger();
            AtomicInteger failed = new AtomicInteger();
            AtomicBoolean isOver = new AtomicBoolean();
            for (int i = 0; i < CALLERS; i++) {
                callers.execute(() -> {
                    while (!isOver.get()) {
                        boolean isAnswer = maker.make(Samples.attempt("r", "a", 0), target)
                                .outcome() instanceof CallOutcome.Answered;
                        (isAnswer ? answered : failed).incrementAndGet();
                    }
                });
            }
            await().until(() -> answered.get() > 10 * CALLERS);

            // When the key is replaced three times, each old one worth nothing at once
            for (int next = 2; next <= 4; next++) {
                provider.accept("sk-" + next);
                swap.to(folder, "sk-" + next);
                provider.refuse("sk-" + (next - 1), 401);
                int before = answered.get();
                await().until(() -> answered.get() + failed.get() > before + 10 * CALLERS);
            }
            isOver.set(true);
            await().until(() -> http.inFlight() == 0);

            // Then
            assertThat(failed).hasValue(0);
            List<String> used = provider.used();
            assertThat(used).contains("sk-1", "sk-2", "sk-3", "sk-4");
            // Only calls that were under way met a refusal.
            assertThat(used.size() - answered.get()).isLessThanOrEqualTo(3 * CALLERS);
        }
    }

    private CallMaker maker() {
        CredentialResolver resolver = new CredentialResolver(false, name -> null, clock::millis);
        CredentialedCall credentials = new CredentialedCall(CredentialBook.ofKeys(resolver, clock::millis),
                new CredentialMetrics(new SimpleMeterRegistry()));
        CallTimeouts timeouts = new CallTimeouts(Duration.ofSeconds(5), Duration.ofSeconds(20), Duration.ofSeconds(20),
                Duration.ZERO);
        return new CallMaker(http, credentials, Adapters::forApi, timeouts, clock);
    }

    private Target target(KeyedProvider provider) {
        DeploymentEntry deployment = Samples.deployment("a", 4);
        deployment.setEndpoint(provider.uri().toString());
        deployment.setAllowInsecure(true);
        deployment.setCredential("${file:" + folder.resolve("key") + "}");
        return new Target(ProviderEntry.newBuilder().setId(Samples.PROVIDER).setApi("openai").build(), deployment);
    }
}
