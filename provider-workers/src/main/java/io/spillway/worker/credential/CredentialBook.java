package io.spillway.worker.credential;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

import io.spillway.v1.DeploymentEntry;
import io.spillway.v1.ProviderEntry;

/**
 * The credentials of all deployments. What was learnt of a deployment's credentials is forgotten when the catalogue changes
 * them. Thread-safe.
 */
public final class CredentialBook {

    /** Names how a deployment's credential becomes what its calls carry. */
    private static final String AUTH = "auth";

    private final CredentialResolver resolver;
    private final Optional<TokenSource> serviceAccounts;
    private final Optional<TokenSource> entraClients;
    private final LongSupplier millis;
    private final Map<String, DeploymentCredentials> pages = new ConcurrentHashMap<>();

    /** @param millis a clock that never jumps */
    public CredentialBook(CredentialResolver resolver, TokenSource serviceAccounts, TokenSource entraClients,
            LongSupplier millis) {
        this(resolver, Optional.of(serviceAccounts), Optional.of(entraClients), millis);
    }

    private CredentialBook(CredentialResolver resolver, Optional<TokenSource> serviceAccounts,
            Optional<TokenSource> entraClients, LongSupplier millis) {
        this.resolver = resolver;
        this.serviceAccounts = serviceAccounts;
        this.entraClients = entraClients;
        this.millis = millis;
    }

    /** For keys only: credentials go into calls as they are. */
    public static CredentialBook ofKeys(CredentialResolver resolver, LongSupplier millis) {
        return new CredentialBook(resolver, Optional.empty(), Optional.empty(), millis);
    }

    /** The credentials of a deployment as its entry lists them. */
    public DeploymentCredentials of(DeploymentEntry entry) {
        DeploymentCredentials known = pages.get(entry.getId());
        if (known != null && known.isFor(entry)) {
            return known;
        }
        return pages.compute(entry.getId(), (id, latest) -> latest != null && latest.isFor(entry)
                ? latest
                : new DeploymentCredentials(entry, resolver, millis));
    }

    /**
     * Where the access tokens of a deployment come from; empty when its calls carry the credential itself.
     *
     * @param credential with {@code auth: entra}, a credential that is not a JSON object is a token that somebody else keeps fresh
     */
    public Optional<TokenSource> tokens(ProviderEntry provider, DeploymentEntry deployment, Secret credential) {
        String own = deployment.getSettings().get(AUTH);
        String auth = own != null ? own : provider.getSettings().getOrDefault(AUTH, "");
        return switch (auth) {
            case "service-account" -> serviceAccounts;
            case "entra" -> EntraClient.isObject(credential) ? entraClients : Optional.empty();
            default -> Optional.empty();
        };
    }

    /** Forgets every deployment but these. */
    public void keep(Collection<String> deployments) {
        pages.keySet().retainAll(deployments);
    }
}
