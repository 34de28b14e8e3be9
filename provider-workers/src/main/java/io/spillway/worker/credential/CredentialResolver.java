package io.spillway.worker.credential;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import io.spillway.worker.credential.SecretSource.Versioned;

/**
 * Turns references into secrets: <code>${file:/path}</code> is the trimmed content of a file, <code>${dir:/path}</code> those of
 * all files of a directory, <code>${env:NAME}</code> an environment variable where the operator allows it, and
 * <code>${vault:path#field}</code> a field of a HashiCorp Vault secret where a Vault is configured. Files and directories are
 * looked at again every five seconds. Thread-safe.
 */
public final class CredentialResolver {

    private static final Pattern REFERENCE = Pattern.compile("\\$\\{([a-z]+):([^}]+)\\}");

    /**
     * A secret and where it was found.
     *
     * @param name scheme and place, such as {@code file:/run/secrets/openai}; never anything of the secret
     */
    record Found(String name, Versioned value) {

        /** The reference to exactly this one. */
        String reference() {
            return "${" + name + "}";
        }
    }

    private final boolean allowEnvironment;
    private final Function<String, @Nullable String> environment;
    private final FileSecrets files;
    private final SecretFolders folders;
    private final Optional<VaultSecrets> vault;

    /**
     * Without a Vault.
     *
     * @param allowEnvironment whether <code>${env:...}</code> is allowed: environments leak into child processes and dumps
     * @param environment the value of a variable, or null
     * @param monotonicMillis a clock that never jumps
     */
    public CredentialResolver(boolean allowEnvironment, Function<String, @Nullable String> environment,
            LongSupplier monotonicMillis) {
        this(allowEnvironment, environment, monotonicMillis, Optional.empty());
    }

    /** As above, with a Vault. */
    public CredentialResolver(boolean allowEnvironment, Function<String, @Nullable String> environment,
            LongSupplier monotonicMillis, Optional<VaultSecrets> vault) {
        this.allowEnvironment = allowEnvironment;
        this.environment = environment;
        this.files = new FileSecrets(monotonicMillis);
        this.folders = new SecretFolders(monotonicMillis);
        this.vault = vault;
    }

    /**
     * The secret behind a reference, the first one of a directory; {@link Secret#none()} for no reference.
     *
     * @throws CredentialException when it cannot be resolved and never was
     */
    public Secret resolve(@Nullable String reference) {
        return reference == null || reference.isBlank() ? Secret.none() : all(reference).getFirst().value().secret();
    }

    /** Whether a text is a reference, and so may be shown. Anything else may be a key that was put in the wrong place. */
    public static boolean isReference(@Nullable String text) {
        return text != null && REFERENCE.matcher(text.strip()).matches();
    }

    /**
     * Every secret behind a reference; never empty.
     *
     * @throws CredentialException when none can be resolved and none ever was
     */
    List<Found> all(String reference) {
        Matcher matcher = parsed(reference);
        String scheme = matcher.group(1);
        String name = matcher.group(2);
        return switch (scheme) {
            case "file" -> List.of(new Found("file:" + name, files.read(name)));
            case "dir" -> ofFolder(folders.files(name));
            case "env" -> List.of(new Found("env:" + name, variable(name)));
            case "vault" -> List.of(new Found("vault:" + name, requireVault(name).read(name)));
            default -> throw unsupported(scheme);
        };
    }

    /** Reads again, at once, what was found behind a reference: its value may have been replaced. Never throws. */
    void reread(String reference, Found found) {
        Matcher matcher = parsed(reference);
        String name = matcher.group(2);
        switch (matcher.group(1)) {
            case "file" -> files.reread(name, found.value());
            case "dir" -> {
                folders.lookAgain(name);
                files.reread(found.name().substring("file:".length()), found.value());
            }
            case "vault" -> vault.ifPresent(source -> source.reread(name, found.value()));
            default -> {
                // An environment does not change.
            }
        }
    }

    private static Matcher parsed(String reference) {
        Matcher matcher = REFERENCE.matcher(reference.strip());
        if (!matcher.matches()) {
            throw new CredentialException("the deployment's credential is not a reference; put the key into a file and write "
                    + "${file:/path/to/it} in the catalogue, never the key itself");
        }
        return matcher;
    }

    /** Files that cannot be read are passed over as long as there is another. */
    private List<Found> ofFolder(List<String> paths) {
        List<Found> found = new ArrayList<>();
        @Nullable
        CredentialException problem = null;
        for (String path : paths) {
            try {
                found.add(new Found("file:" + path, files.read(path)));
            } catch (CredentialException e) {
                problem = e;
            }
        }
        if (found.isEmpty() && problem != null) {
            throw problem;
        }
        return found;
    }

    private Versioned variable(String name) {
        if (!allowEnvironment) {
            throw new CredentialException("${env:" + name + "} is refused: write ${file:/path}, or allow environment "
                    + "variables with worker.credentials.allow.env=true");
        }
        String value = environment.apply(name);
        if (value == null || value.isBlank()) {
            throw new CredentialException("environment variable " + name + " of the credential is not set");
        }
        return new Versioned(Secret.of(value.strip()), 1);
    }

    private VaultSecrets requireVault(String name) {
        return vault.orElseThrow(() -> new CredentialException("${vault:" + name + "} needs a Vault: set worker.vault.address "
                + "and worker.vault.token.file, or write ${file:/path}"));
    }

    private static CredentialException unsupported(String scheme) {
        return new CredentialException("credential references of the form ${" + scheme
                + ":...} are not supported; write ${file:/path}");
    }
}
