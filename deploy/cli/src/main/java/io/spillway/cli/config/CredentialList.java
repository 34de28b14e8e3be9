package io.spillway.cli.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.spillway.v1.CredentialEntry;
import io.spillway.v1.CredentialState;
import io.spillway.v1.DeploymentEntry;

/** The credentials of a deployment, however its entry holds them. */
public final class CredentialList {

    private static final String FOLDER = "${dir:";

    private CredentialList() {}

    /** Whether a text names a secret instead of being one. */
    public static boolean isReference(String text) {
        return Secrets.isReference(text);
    }

    /** All of them; a single one is active. */
    public static List<CredentialEntry> of(DeploymentEntry entry) {
        String single = entry.getCredential();
        if (!entry.getCredentials().isEmpty() || single == null) {
            return List.copyOf(entry.getCredentials());
        }
        return List.of(CredentialEntry.newBuilder().setReference(single).setState(CredentialState.ACTIVE).build());
    }

    /** The entry with these credentials instead; one that is active alone is written as a single one. */
    public static DeploymentEntry with(DeploymentEntry entry, List<CredentialEntry> credentials) {
        boolean isPlain = credentials.size() == 1 && credentials.getFirst().getState() == CredentialState.ACTIVE
                && credentials.getFirst().getExpiresAt() == null && entry.getCredentials().isEmpty();
        return DeploymentEntry.newBuilder(entry).setCredential(single(credentials).orElse(null))
                .setCredentials(isPlain ? List.of() : new ArrayList<>(credentials)).build();
    }

    /** The one for workers of earlier versions: the first that is active, else the first that is draining. */
    static Optional<String> single(List<CredentialEntry> credentials) {
        return first(credentials, CredentialState.ACTIVE).or(() -> first(credentials, CredentialState.DRAINING));
    }

    /** Whether one of the credentials is this one, or a directory that holds it. */
    public static boolean covers(List<CredentialEntry> credentials, String reference) {
        return credentials.stream().map(CredentialEntry::getReference).anyMatch(
                each -> each.equals(reference) || (each.startsWith(FOLDER) && reference.startsWith(fileIn(each))));
    }

    /** The credentials with one of them in another state; one that is not among them comes last. */
    public static List<CredentialEntry> put(List<CredentialEntry> credentials, CredentialEntry changed) {
        List<CredentialEntry> next = new ArrayList<>();
        boolean isThere = false;
        for (CredentialEntry each : credentials) {
            boolean isIt = each.getReference().equals(changed.getReference());
            isThere |= isIt;
            next.add(isIt ? CredentialEntry.newBuilder(each).setState(changed.getState()).build() : each);
        }
        if (!isThere) {
            next.add(changed);
        }
        return List.copyOf(next);
    }

    private static String fileIn(String folder) {
        String path = folder.substring(FOLDER.length(), folder.length() - 1);
        return "${file:" + (path.endsWith("/") ? path : path + "/");
    }

    private static Optional<String> first(List<CredentialEntry> credentials, CredentialState state) {
        return credentials.stream().filter(each -> each.getState() == state).map(CredentialEntry::getReference).findFirst();
    }
}
