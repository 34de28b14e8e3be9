package io.spillway.worker.credential;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import io.spillway.contract.json.Json;
import io.spillway.contract.json.MalformedJsonException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Secrets in the key-value engine (version 2) of a HashiCorp Vault, read through its HTTP API: <code>secret/openai#key</code> is
 * the field {@code key} of the secret {@code openai} in the engine mounted at {@code secret}. Each is asked for again after the
 * configured time, or half its lease, in the background; when that fails, the last good value stays.
 */
public final class VaultSecrets implements SecretSource {

    private static final Logger LOGGER = LoggerFactory.getLogger(VaultSecrets.class);
    private static final Pattern NAME = Pattern.compile("([A-Za-z0-9_-]+)/([A-Za-z0-9_./-]+)#([A-Za-z0-9_.-]+)");
    private static final int FORBIDDEN = 403;
    /** A value read this recently is not asked for again because a provider refused it. */
    private static final long LEAST_AGE_MILLIS = 1_000;

    private record Cached(Versioned value, long readAt, long renewAt) {}

    private record Fetched(Secret secret, long leaseMillis) {}

    private final VaultSettings settings;
    private final VaultTransport transport;
    private final LongSupplier monotonicMillis;
    private final Executor background;
    private final FileSecrets files;
    private final Map<String, Entry> entries = new ConcurrentHashMap<>();

    /** Nothing is asked before the first reference is resolved. */
    public VaultSecrets(VaultSettings settings, LongSupplier monotonicMillis) {
        this(settings, new VaultClient(settings), monotonicMillis,
                task -> Thread.ofVirtual().name("spillway-vault").start(task));
    }

    /** For tests: with another Vault. */
    VaultSecrets(VaultSettings settings, VaultTransport transport, LongSupplier monotonicMillis, Executor background) {
        this.settings = settings;
        this.transport = transport;
        this.monotonicMillis = monotonicMillis;
        this.background = background;
        this.files = new FileSecrets(monotonicMillis);
    }

    @Override
    public Versioned read(String name) {
        return entries.computeIfAbsent(name, Entry::new).read();
    }

    @Override
    public Versioned reread(String name, Versioned seen) {
        return entries.computeIfAbsent(name, Entry::new).reread(seen);
    }

    /** One field of one secret. */
    private final class Entry {

        private final String name;
        private final ReentrantLock lock = new ReentrantLock();
        private final AtomicBoolean isRenewing = new AtomicBoolean();
        private volatile @Nullable Cached cached;
        private boolean isStale;
        private @Nullable CredentialException failure;
        private long failedAt;

        Entry(String name) {
            this.name = name;
        }

        Versioned read() {
            Cached known = cached;
            if (known == null) {
                return first();
            }
            if (monotonicMillis.getAsLong() >= known.renewAt() && isRenewing.compareAndSet(false, true)) {
                background.execute(() -> {
                    try {
                        reload(known);
                    } finally {
                        isRenewing.set(false);
                    }
                });
            }
            return known.value();
        }

        /** The first value is waited for; a failure holds for a moment, so that waiting calls are one request. */
        private Versioned first() {
            lock.lock();
            try {
                Cached known = cached;
                if (known != null) {
                    return known.value();
                }
                CredentialException last = failure;
                if (last != null && monotonicMillis.getAsLong() - failedAt < LEAST_AGE_MILLIS) {
                    throw last;
                }
                Versioned value = load(null);
                failure = null;
                return value;
            } catch (CredentialException e) {
                failure = e;
                failedAt = monotonicMillis.getAsLong();
                throw e;
            } finally {
                lock.unlock();
            }
        }

        Versioned reread(Versioned seen) {
            Cached known = cached;
            boolean isYoung = known != null && monotonicMillis.getAsLong() - known.readAt() < LEAST_AGE_MILLIS;
            if (known == null || known.value().generation() != seen.generation() || isYoung) {
                return known == null ? seen : known.value();
            }
            return reload(known);
        }

        private Versioned reload(Cached known) {
            lock.lock();
            try {
                Cached latest = cached;
                if (latest != null && !latest.equals(known)) {
                    return latest.value();
                }
                Versioned value = load(known);
                isStale = false;
                return value;
            } catch (CredentialException e) {
                if (!isStale) {
                    LOGGER.atWarn().addKeyValue("secret", name).addKeyValue("error", e.getMessage())
                            .log("Vault gives no answer, keeping the last good credential");
                }
                isStale = true;
                long now = monotonicMillis.getAsLong();
                cached = new Cached(known.value(), now, now + settings.refresh().toMillis());
                return known.value();
            } finally {
                lock.unlock();
            }
        }

        private Versioned load(@Nullable Cached old) {
            Fetched fetched = fetch(name);
            long now = monotonicMillis.getAsLong();
            boolean isSame = old != null && old.value().secret().isSame(fetched.secret());
            if (old != null && !isSame) {
                LOGGER.atInfo().addKeyValue("secret", name).log("credential changed");
            }
            Versioned value = old == null
                    ? new Versioned(fetched.secret(), 1)
                    : isSame ? old.value() : new Versioned(fetched.secret(), old.value().generation() + 1);
            long refresh = settings.refresh().toMillis();
            cached = new Cached(value, now,
                    now + (fetched.leaseMillis() > 0 ? Math.min(refresh, fetched.leaseMillis() / 2) : refresh));
            return value;
        }
    }

    private Fetched fetch(String name) {
        Matcher matcher = NAME.matcher(name);
        if (!matcher.matches() || name.contains("..")) {
            throw new CredentialException("${vault:" + name + "} is not of the form ${vault:mount/path#field}");
        }
        VaultTransport.Reply reply = ask("/v1/" + matcher.group(1) + "/data/" + matcher.group(2), name);
        if (reply.status() != 200) {
            throw new CredentialException("Vault has no answer for " + name + " (HTTP " + reply.status()
                    + "); check that the secret exists in a version 2 engine and that the token's policy allows to read it");
        }
        try {
            JsonNode root = Json.readDocument(reply.body());
            String value = root.path("data").path("data").path(matcher.group(3)).asText("").strip();
            if (value.isEmpty()) {
                throw new CredentialException("the Vault secret " + name + " has no such field, or it is empty");
            }
            return new Fetched(Secret.of(value), root.path("lease_duration").asLong(0) * 1_000);
        } catch (MalformedJsonException e) {
            throw new CredentialException("what answers for Vault at worker.vault.address sends no JSON; check the address");
        }
    }

    /** A token that Vault refuses may have been replaced in its file. */
    private VaultTransport.Reply ask(String path, String name) {
        String tokenFile = settings.tokenFile().toString();
        Versioned token = files.read(tokenFile);
        VaultTransport.Reply reply = ask(path, name, token.secret());
        if (reply.status() != FORBIDDEN) {
            return reply;
        }
        Versioned other = files.reread(tokenFile, token);
        return other.generation() == token.generation() ? reply : ask(path, name, other.secret());
    }

    private VaultTransport.Reply ask(String path, String name, Secret token) {
        Map<String, String> headers = new HashMap<>();
        headers.put("X-Vault-Token", token.reveal());
        headers.put("X-Vault-Request", "true");
        settings.namespace().ifPresent(namespace -> headers.put("X-Vault-Namespace", namespace));
        try {
            return transport.get(path, headers);
        } catch (IOException | IllegalArgumentException e) {
            throw new CredentialException("Vault could not be asked for " + name + " (" + e.getClass().getSimpleName()
                    + "); check worker.vault.address and the network");
        }
    }
}
