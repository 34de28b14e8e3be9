package io.spillway.worker.credential;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.spillway.v1.CredentialEntry;
import io.spillway.v1.DeploymentEntry;
import io.spillway.worker.credential.CredentialResolver.Found;
import io.spillway.worker.domain.CredentialRing;
import io.spillway.worker.domain.CredentialRing.Cause;
import io.spillway.worker.domain.CredentialRing.Content;
import io.spillway.worker.domain.CredentialRing.Credential;
import io.spillway.worker.domain.CredentialRing.State;

/**
 * The credentials of one deployment, as its catalogue entry lists them: which one the next call uses, and what became of it.
 * Thread-safe; calls never wait for each other here.
 */
public final class DeploymentCredentials {

    /** How long a refused credential rests before one call tries it. */
    public static final Duration REST = Duration.ofSeconds(60);
    private static final Duration LONGEST_REST = Duration.ofHours(24);

    /** The state in which an active or draining credential is while the provider refuses it. */
    public static final String REFUSED = "refused";

    private static final Logger LOGGER = LoggerFactory.getLogger(DeploymentCredentials.class);

    /** A credential handed out for one call. */
    public static final class Pick {

        private final String declared;
        private final Found found;

        private Pick(String declared, Found found) {
            this.declared = declared;
            this.found = found;
        }

        public Secret secret() {
            return found.value().secret();
        }

        /** The reference to exactly this credential. */
        public String reference() {
            return found.reference();
        }

        /** Scheme and place, for metrics and logs. */
        public String name() {
            return found.name();
        }

        /** What was tried, for {@link #next}. */
        public Content content() {
            return new Content(found.name(), found.value().generation());
        }
    }

    /**
     * One credential as it is now.
     *
     * @param state {@code active}, {@code draining}, {@code disabled} or, for one that is refused, {@code refused}
     * @param expiresAt the earlier one of the catalogue's and the token's own
     */
    public record View(String name, String state, Optional<Instant> expiresAt, Secret secret) {}

    private record Declared(String reference, State state, Optional<Instant> expiresAt) {

        /** As in {@link Found#name}; what is no reference may be a key and is not repeated. */
        String name() {
            return CredentialResolver.isReference(reference) ? reference.substring(2, reference.length() - 1) : "not a reference";
        }
    }

    private record Known(Declared declared, Found found) {}

    private final String deployment;
    private final List<Declared> declared;
    private final CredentialResolver resolver;
    private final LongSupplier millis;
    private final AtomicReference<CredentialRing> ring = new AtomicReference<>(CredentialRing.of(List.of()));
    private final AtomicLong turn = new AtomicLong();
    private final AtomicReference<Set<String>> problems = new AtomicReference<>(Set.of());

    DeploymentCredentials(DeploymentEntry entry, CredentialResolver resolver, LongSupplier millis) {
        this.deployment = entry.getId();
        this.declared = declared(entry);
        this.resolver = resolver;
        this.millis = millis;
    }

    /** Whether an entry lists the same credentials in the same states. */
    boolean isFor(DeploymentEntry entry) {
        return declared.equals(declared(entry));
    }

    /** Whether the deployment needs no credential. */
    public boolean isNone() {
        return declared.isEmpty();
    }

    /**
     * The credential for the next call; empty when none is left.
     *
     * @param tried what this attempt has tried already
     * @param isProbe whether credentials that rest may be used
     * @throws CredentialException when not one of them can be resolved
     */
    public Optional<Pick> next(Set<Content> tried, boolean isProbe) {
        Map<String, Known> known = resolved();
        long now = millis.getAsLong();
        while (true) {
            CredentialRing before = ring.get();
            Optional<CredentialRing.Choice> choice = before.choose(tried, turn.getAndIncrement(), isProbe, now);
            if (choice.isEmpty()) {
                return Optional.empty();
            }
            Credential chosen = choice.get().credential();
            Known from = known.get(chosen.name());
            if (from == null || from.found().value().generation() != chosen.generation()) {
                // Somebody resolved later than we did.
                known = resolved();
                continue;
            }
            if (!choice.get().isTrial() || ring.compareAndSet(before, before.onTrial(chosen.content(), REST.toMillis(), now))) {
                return Optional.of(new Pick(from.declared().reference(), from.found()));
            }
        }
    }

    /** A call with it was not refused. */
    public void accepted(Pick pick) {
        if (!ring.get().rests().isEmpty()) {
            CredentialRing before = ring.getAndUpdate(current -> current.accepted(pick.content()));
            if (!before.equals(before.accepted(pick.content()))) {
                LOGGER.atInfo().addKeyValue("deployment", deployment).addKeyValue("credential", pick.name())
                        .log("credential works again");
            }
        }
    }

    /**
     * The provider refused it. What it refers to is read again at once; only when nothing new is there, it rests.
     *
     * @param hint how long, if the provider said so
     */
    public void refused(Pick pick, Cause cause, Optional<Duration> hint) {
        resolver.reread(pick.declared, pick.found);
        resolved();
        long pause = hint.map(wanted -> wanted.compareTo(LONGEST_REST) > 0 ? LONGEST_REST : wanted)
                .filter(wanted -> wanted.compareTo(REST) > 0).orElse(REST).toMillis();
        long now = millis.getAsLong();
        CredentialRing before = ring.getAndUpdate(current -> current.refused(pick.content(), cause, pause, now));
        boolean isNews = before.credentials().stream()
                .anyMatch(each -> each.content().equals(pick.content()) && !before.isResting(each));
        if (isNews) {
            LOGGER.atError().addKeyValue("deployment", deployment).addKeyValue("credential", pick.name())
                    .addKeyValue("cause", cause).addKeyValue("restsForMillis", pause)
                    .log("the provider refuses a credential; it rests until its content or the catalogue changes or a trial "
                            + "succeeds: replace it");
        }
    }

    /** Why nothing is left: the rest that ends first, with its end in milliseconds from now. Empty when nothing rests. */
    public Optional<Exhaustion> exhaustion() {
        return ring.get().nextEnd()
                .map(rest -> new Exhaustion(rest.cause(), Duration.ofMillis(Math.max(0, rest.trialAt() - millis.getAsLong()))));
    }

    /** @param endsIn until one call may try */
    public record Exhaustion(Cause cause, Duration endsIn) {}

    /** All of them as they are now, read again where it is time; those that cannot be resolved are left out. */
    public List<View> views() {
        List<View> views = new ArrayList<>();
        try {
            Map<String, Known> known = resolved();
            CredentialRing now = ring.get();
            for (Credential each : now.credentials()) {
                Known from = known.get(each.name());
                if (from != null) {
                    Secret secret = from.found().value().secret();
                    String word = now.isResting(each) ? REFUSED : word(each.state());
                    views.add(new View(each.name(), word, expiry(from.declared(), secret), secret));
                }
            }
        } catch (CredentialException e) {
            LOGGER.atDebug().addKeyValue("deployment", deployment).addKeyValue("error", e.getMessage())
                    .log("no credential can be resolved");
        }
        declared.stream().filter(each -> each.state() == State.DISABLED)
                .forEach(each -> views.add(new View(each.name(), word(State.DISABLED), each.expiresAt(), Secret.none())));
        return List.copyOf(views);
    }

    private static Optional<Instant> expiry(Declared declared, Secret secret) {
        Optional<Instant> told = JwtExpiry.of(secret);
        return declared.expiresAt().filter(at -> told.isEmpty() || at.isBefore(told.get())).or(() -> told);
    }

    private static String word(State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    /**
     * What the references lead to now, by name; the ring follows. A file that is named wins over its directory, and what is
     * disabled anywhere is not there.
     */
    private Map<String, Known> resolved() {
        Map<String, Known> known = new LinkedHashMap<>();
        Set<String> failed = new HashSet<>();
        @Nullable
        CredentialException problem = null;
        for (Declared each : declared) {
            if (each.state() != State.DISABLED) {
                try {
                    resolver.all(each.reference()).forEach(found -> {
                        if (found.reference().equals(each.reference()) || !known.containsKey(found.name())) {
                            known.put(found.name(), new Known(each, found));
                        }
                    });
                } catch (CredentialException e) {
                    problem = e;
                    failed.add(String.valueOf(e.getMessage()));
                }
            }
        }
        declared.stream().filter(each -> each.state() == State.DISABLED).forEach(each -> known.remove(each.name()));
        report(failed);
        if (known.isEmpty() && problem != null) {
            throw problem;
        }
        List<Credential> current = new ArrayList<>();
        known.forEach((name, from) -> current
                .add(new Credential(name, from.declared().state(), from.found().value().generation())));
        ring.updateAndGet(before -> before.with(current));
        return known;
    }

    private void report(Set<String> failed) {
        Set<String> before = problems.getAndSet(failed);
        failed.stream().filter(each -> !before.contains(each)).forEach(each -> LOGGER.atWarn()
                .addKeyValue("deployment", deployment).addKeyValue("error", each).log("a credential cannot be resolved"));
    }

    private static List<Declared> declared(DeploymentEntry entry) {
        if (!entry.getCredentials().isEmpty()) {
            return entry.getCredentials().stream().map(each -> new Declared(each.getReference().strip(), state(each),
                    Optional.ofNullable(each.getExpiresAt()))).toList();
        }
        String single = entry.getCredential();
        return single == null || single.isBlank()
                ? List.of()
                : List.of(new Declared(single.strip(), State.ACTIVE, Optional.empty()));
    }

    private static State state(CredentialEntry entry) {
        return switch (entry.getState()) {
            case ACTIVE -> State.ACTIVE;
            case DRAINING -> State.DRAINING;
            // A state of a later version: whatever it is, it is not known to allow calls.
            case DISABLED, UNKNOWN -> State.DISABLED;
        };
    }
}
