package io.spillway.worker.domain;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The credentials of one deployment and what is known of them. Active ones take turns, so that a new one proves itself while the
 * old one still serves. Draining ones are used when no active one can be, disabled ones never. A credential that the provider
 * refused rests: after a pause one call tries it, and its rest also ends when its content changes. Immutable.
 *
 * @param credentials in the catalogue's order
 * @param rests by name; those of contents that were replaced since do not count
 */
public record CredentialRing(List<Credential> credentials, Map<String, Rest> rests) {

    /** What the operator wants of a credential. */
    public enum State { ACTIVE, DRAINING, DISABLED }

    /** Why a credential rests. */
    public enum Cause {
        /** The provider does not accept it, or does not let it do this. */
        REFUSED,
        /** The account behind it has nothing left to spend. */
        EXHAUSTED
    }

    /**
     * @param name where it comes from; unique within a deployment
     * @param generation grows when the content behind the name changes
     */
    public record Credential(String name, State state, long generation) {
        public Content content() {
            return new Content(name, generation);
        }
    }

    /** One value that a name had. */
    public record Content(String name, long generation) {}

    /**
     * @param generation of the content that was refused
     * @param trialAt from when on one call may try it, in milliseconds
     */
    public record Rest(long generation, Cause cause, long trialAt) {}

    /** @param isTrial whether the credential rests and this call tries it */
    public record Choice(Credential credential, boolean isTrial) {}

    /** In the order of preference. */
    private static final List<State> IN_USE = List.of(State.ACTIVE, State.DRAINING);

    public CredentialRing {
        credentials = List.copyOf(credentials);
        rests = Map.copyOf(rests);
    }

    /** Credentials nothing is known of. */
    public static CredentialRing of(List<Credential> credentials) {
        return new CredentialRing(credentials, Map.of());
    }

    /**
     * The credential for the next call; empty when none is left.
     *
     * @param tried what this attempt has tried already
     * @param turn grows by one with every choice
     * @param isProbe whether the attempt is there to find out if the deployment works again; it may use what rests
     * @param now in milliseconds
     */
    public Optional<Choice> choose(Set<Content> tried, long turn, boolean isProbe, long now) {
        for (State state : IN_USE) {
            List<Credential> fit = credentials.stream().filter(each -> each.state() == state)
                    .filter(each -> !tried.contains(each.content()))
                    .filter(each -> rest(each).map(rest -> rest.trialAt() <= now).orElse(true)).toList();
            if (!fit.isEmpty()) {
                Credential chosen = fit.get(Math.floorMod(turn, fit.size()));
                return Optional.of(new Choice(chosen, isResting(chosen)));
            }
        }
        return isProbe ? firstInUse(tried).map(credential -> new Choice(credential, true)) : Optional.empty();
    }

    private Optional<Credential> firstInUse(Set<Content> tried) {
        return IN_USE.stream().flatMap(state -> credentials.stream().filter(each -> each.state() == state))
                .filter(each -> !tried.contains(each.content())).findFirst();
    }

    /** The same credentials after the provider refused one of them; unchanged when its content was replaced meanwhile. */
    public CredentialRing refused(Content content, Cause cause, long pauseMillis, long now) {
        if (credentials.stream().noneMatch(each -> each.content().equals(content))) {
            return this;
        }
        Map<String, Rest> next = new HashMap<>(rests);
        next.put(content.name(), new Rest(content.generation(), cause, now + pauseMillis));
        return new CredentialRing(credentials, next);
    }

    /** The same credentials while one call tries one that rests: the others leave it alone for another pause. */
    public CredentialRing onTrial(Content content, long pauseMillis, long now) {
        Rest rest = rests.get(content.name());
        return rest == null ? this : refused(content, rest.cause(), pauseMillis, now);
    }

    /** The same credentials after one of them was accepted. */
    public CredentialRing accepted(Content content) {
        Rest rest = rests.get(content.name());
        if (rest == null || rest.generation() != content.generation()) {
            return this;
        }
        Map<String, Rest> next = new HashMap<>(rests);
        next.remove(content.name());
        return new CredentialRing(credentials, next);
    }

    /** What is known, about the credentials as they are now. */
    public CredentialRing with(List<Credential> current) {
        if (current.equals(credentials)) {
            return this;
        }
        Map<String, Long> generations = current.stream()
                .collect(Collectors.toMap(Credential::name, Credential::generation, (first, second) -> first));
        Map<String, Rest> kept = new HashMap<>(rests);
        kept.entrySet().removeIf(entry -> !Long.valueOf(entry.getValue().generation()).equals(generations.get(entry.getKey())));
        return new CredentialRing(current, kept);
    }

    /** Whether the provider refused the credential's present content. */
    public boolean isResting(Credential credential) {
        return rest(credential).isPresent();
    }

    /**
     * The rest that ends first, among credentials that would otherwise be used; those without funds before those that were
     * refused, because their end is known.
     */
    public Optional<Rest> nextEnd() {
        return credentials.stream().filter(each -> IN_USE.contains(each.state())).flatMap(each -> rest(each).stream())
                .min((one, other) -> one.cause() == other.cause()
                        ? Long.compare(one.trialAt(), other.trialAt())
                        : other.cause().compareTo(one.cause()));
    }

    private Optional<Rest> rest(Credential credential) {
        return Optional.ofNullable(rests.get(credential.name())).filter(rest -> rest.generation() == credential.generation());
    }
}
