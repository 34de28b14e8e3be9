package io.spillway.worker.credential;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Where a HashiCorp Vault is and how to enter it.
 *
 * @param address its base URL
 * @param tokenFile holds the token; read again when Vault refuses it, so an agent may keep it fresh
 * @param namespace sent as {@code X-Vault-Namespace} (Vault Enterprise)
 * @param authorities PEM file of the certificate authorities to trust instead of Java's
 * @param refresh a secret is asked for again after this time, or after half its lease if that is shorter
 */
public record VaultSettings(URI address, Path tokenFile, Optional<String> namespace, Optional<Path> authorities,
        Duration refresh) {

    public static final Duration DEFAULT_REFRESH = Duration.ofSeconds(10);
}
