package io.spillway.cli.config;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import io.spillway.v1.CredentialEntry;
import io.spillway.v1.CredentialState;

/** Reads how a deployment authenticates: one {@code credential}, or several {@code credentials} with states. */
final class CredentialReader {

    private static final String ONE = "credential";
    private static final String SEVERAL = "credentials";
    private static final String REMEDY = "write ${file:/absolute/path}, ${dir:/absolute/path}, ${vault:mount/path#field} or "
            + "${env:NAME}, never the key itself; if a key stood here, replace it at the provider";
    private static final Map<String, CredentialState> STATES = Map.of("active", CredentialState.ACTIVE, "draining",
            CredentialState.DRAINING, "disabled", CredentialState.DISABLED);
    private static final String STATE_NAMES = "active, draining, disabled";

    /**
     * @param single for workers of earlier versions, which know one
     * @param all empty when the deployment has one, or none
     */
    record Credentials(Optional<String> single, List<CredentialEntry> all) {}

    private final Block block;
    private final Set<String> named = new HashSet<>();

    private CredentialReader(Block block) {
        this.block = block;
    }

    static Credentials read(Block deployment) {
        return new CredentialReader(deployment).credentials();
    }

    private Credentials credentials() {
        if (!block.has(SEVERAL)) {
            return new Credentials(block.text(ONE).filter(text -> isReference(ONE, text)), List.of());
        }
        if (block.has(ONE)) {
            block.problem(SEVERAL, "stands beside 'credential'", "",
                    "list all of them below 'credentials' and remove 'credential'");
        }
        List<CredentialEntry> all = new ArrayList<>();
        for (Block.Item item : block.list(SEVERAL)) {
            entry(item).ifPresent(all::add);
        }
        if (all.isEmpty()) {
            block.problem(SEVERAL, "has no credential", "", "list at least one, or remove it where calls need none");
        } else if (all.stream().allMatch(entry -> entry.getState() == CredentialState.DISABLED)) {
            block.problem(SEVERAL, "are all disabled, so every call would fail", "",
                    "leave one active, or set drain: true to stop the deployment's traffic");
        }
        return new Credentials(CredentialList.single(all), List.copyOf(all));
    }

    private Optional<CredentialEntry> entry(Block.Item item) {
        if (item.node() instanceof YamlNode.Scalar scalar) {
            return reference(item, scalar.text()).map(text -> entry(text, CredentialState.ACTIVE, null));
        }
        Block in = Block.of(item.node(), item.path(), item.node().line(), Section.CREDENTIAL, block.problems());
        String text = in.required("reference", REMEDY);
        CredentialState state = state(in);
        Instant expiresAt = expiry(in).orElse(null);
        return text.isEmpty() ? Optional.empty() : reference(item, text).map(good -> entry(good, state, expiresAt));
    }

    private static CredentialEntry entry(String reference, CredentialState state, @Nullable Instant expiresAt) {
        return CredentialEntry.newBuilder().setReference(reference).setState(state).setExpiresAt(expiresAt).build();
    }

    private Optional<String> reference(Block.Item item, String text) {
        if (!Secrets.isReference(text)) {
            block.problems().add(item.path(), item.node().line(), "is not a reference to a secret", REMEDY);
            return Optional.empty();
        }
        if (!named.add(text)) {
            block.problems().add(item.path(), item.node().line(), "names a credential twice:", text, "keep one");
            return Optional.empty();
        }
        return Optional.of(text);
    }

    /** Whatever stands there may be the key itself: it is not repeated. */
    private boolean isReference(String key, String text) {
        boolean isReference = Secrets.isReference(text);
        if (!isReference) {
            block.problem(key, "is not a reference to a secret", "", REMEDY);
        }
        return isReference;
    }

    private static CredentialState state(Block in) {
        Optional<String> text = in.text("state");
        CredentialState state = text.isEmpty() ? CredentialState.ACTIVE : STATES.get(text.get().toLowerCase(Locale.ROOT));
        if (state == null) {
            in.problem("state", "unknown state", text.orElse(""), "write one of " + STATE_NAMES);
            return CredentialState.DISABLED;
        }
        return state;
    }

    /** A day means its beginning in UTC: the warning comes rather early than late. */
    private static Optional<Instant> expiry(Block in) {
        Optional<String> text = in.text("expiresAt");
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(text.get().contains("T")
                    ? Instant.parse(text.get())
                    : LocalDate.parse(text.get()).atStartOfDay(ZoneOffset.UTC).toInstant());
        } catch (DateTimeException e) {
            in.problem("expiresAt", "not a day or an instant:", text.get(), "write 2027-01-31 or 2027-01-31T12:00:00Z");
            return Optional.empty();
        }
    }
}
