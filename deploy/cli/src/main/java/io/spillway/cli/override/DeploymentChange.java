package io.spillway.cli.override;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import io.spillway.cli.apply.Overrides;
import io.spillway.cli.command.CommandException;
import io.spillway.cli.config.CredentialList;
import io.spillway.v1.CredentialEntry;
import io.spillway.v1.CredentialState;
import io.spillway.v1.DeploymentEntry;
import io.spillway.v1.OverrideEntry;

/**
 * What is to change at a deployment; what is not named stays. Pure.
 *
 * @param action for the audit record
 * @param credentials those that get another state
 * @param drain null = as it is
 */
record DeploymentChange(String action, List<CredentialEntry> credentials, @Nullable Boolean drain) {

    private static final String ROTATE = "rotate";
    private static final String OVERRIDE = "override";

    DeploymentChange {
        credentials = List.copyOf(credentials);
    }

    /** A new credential becomes active; the others serve on, or drain. */
    static Function<DeploymentEntry, DeploymentChange> rotation(String to, boolean drainsOld) {
        requireReference(to);
        return current -> {
            List<CredentialEntry> changed = new ArrayList<>();
            changed.add(entry(to, CredentialState.ACTIVE));
            if (drainsOld) {
                CredentialList.of(current).stream().filter(each -> each.getState() == CredentialState.ACTIVE)
                        .filter(each -> !each.getReference().equals(to))
                        .forEach(each -> changed.add(entry(each.getReference(), CredentialState.DRAINING)));
            }
            return new DeploymentChange(ROTATE, changed, null);
        };
    }

    /** What drains is disabled. */
    static Function<DeploymentEntry, DeploymentChange> finish() {
        return current -> {
            List<CredentialEntry> all = CredentialList.of(current);
            if (all.stream().noneMatch(each -> each.getState() == CredentialState.ACTIVE)) {
                throw CommandException.badInput("no credential of " + current.getId() + " is active, so finishing would leave it "
                        + "without any: first `spillway rotate " + current.getId() + " --to REFERENCE`");
            }
            return new DeploymentChange(ROTATE, all.stream().filter(each -> each.getState() == CredentialState.DRAINING)
                    .map(each -> entry(each.getReference(), CredentialState.DISABLED)).toList(), null);
        };
    }

    /** A credential the deployment has, or one of its directories has, gets a state. */
    static Function<DeploymentEntry, DeploymentChange> credential(String reference, CredentialState state) {
        requireReference(reference);
        return current -> {
            List<CredentialEntry> all = CredentialList.of(current);
            if (!CredentialList.covers(all, reference)) {
                throw CommandException.badInput(current.getId() + " has no credential " + reference + "; it has "
                        + (all.isEmpty() ? "none" : String.join(", ", all.stream().map(CredentialEntry::getReference).toList())));
            }
            return new DeploymentChange(OVERRIDE, List.of(entry(reference, state)), null);
        };
    }

    static Function<DeploymentEntry, DeploymentChange> drain(boolean drains) {
        return current -> new DeploymentChange(OVERRIDE, List.of(), drains);
    }

    DeploymentEntry over(DeploymentEntry current) {
        return Overrides.over(current, OverrideEntry.newBuilder().setDeployment(current.getId()).setCredentials(credentials)
                .setDrain(drain).setSince(Instant.EPOCH).build());
    }

    /** One sentence per difference that the change makes. */
    List<String> words(DeploymentEntry current) {
        DeploymentEntry next = over(current);
        List<CredentialEntry> before = CredentialList.of(current);
        List<String> words = new ArrayList<>();
        for (CredentialEntry each : CredentialList.of(next)) {
            Optional<CredentialEntry> old = before.stream().filter(one -> one.getReference().equals(each.getReference()))
                    .findFirst();
            if (old.isEmpty()) {
                words.add(each.getReference() + ": new, " + word(each.getState()));
            } else if (old.get().getState() != each.getState()) {
                words.add(each.getReference() + ": " + word(old.get().getState()) + " -> " + word(each.getState()));
            }
        }
        if (current.getDrain() != next.getDrain()) {
            words.add("drain: " + current.getDrain() + " -> " + next.getDrain());
        }
        return List.copyOf(words);
    }

    /** The override that stands afterwards: what stood before, and this over it. */
    OverrideEntry joined(Optional<OverrideEntry> before, String deployment, String by, String reason, Instant now) {
        List<CredentialEntry> all = before.map(OverrideEntry::getCredentials).map(List::copyOf).orElse(List.of());
        for (CredentialEntry each : credentials) {
            all = CredentialList.put(all, each);
        }
        Boolean drains = drain != null ? drain : before.map(OverrideEntry::getDrain).filter(Objects::nonNull).orElse(null);
        return OverrideEntry.newBuilder().setDeployment(deployment).setCredentials(new ArrayList<>(all)).setDrain(drains)
                .setBy(by).setReason(reason).setSince(now).build();
    }

    private static void requireReference(String text) {
        if (!CredentialList.isReference(text)) {
            // Whatever stands there may be the key itself: it is not repeated.
            throw CommandException.badInput("the credential is not a reference to a secret: write ${file:/absolute/path}, "
                    + "${dir:/absolute/path}, ${vault:mount/path#field} or ${env:NAME} in single quotes, never the key itself");
        }
    }

    private static CredentialEntry entry(String reference, CredentialState state) {
        return CredentialEntry.newBuilder().setReference(reference).setState(state).build();
    }

    private static String word(CredentialState state) {
        return state.name().toLowerCase(Locale.ROOT);
    }
}
