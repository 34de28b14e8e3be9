package io.spillway.worker.credential;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns references into secrets: <code>${file:/path}</code> is the trimmed content of a file, <code>${env:NAME}</code> an
 * environment variable where the operator allows it. A file is read again when at least five seconds have passed, whatever
 * its time stamp or inode says, so rotation works for edits, replaced files and swapped symbolic links (Kubernetes mounts)
 * alike. A file that vanishes or turns empty keeps its last good secret. Thread-safe.
 */
public final class CredentialResolver {

    private static final Logger LOGGER = LoggerFactory.getLogger(CredentialResolver.class);
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{([a-z]+):([^}]+)\\}");
    private static final long RECHECK_MILLIS = 5_000;
    private static final int MAX_BYTES = 64 * 1024;

    private record Cached(Secret secret, long checkedAt, boolean isStale) {}

    private final boolean allowEnvironment;
    private final Function<String, @Nullable String> environment;
    private final LongSupplier monotonicMillis;
    private final Map<String, Cached> files = new ConcurrentHashMap<>();

    /**
     * @param allowEnvironment whether <code>${env:...}</code> is allowed: environments leak into child processes and dumps
     * @param environment the value of a variable, or null
     * @param monotonicMillis a clock that never jumps
     */
    public CredentialResolver(boolean allowEnvironment, Function<String, @Nullable String> environment,
            LongSupplier monotonicMillis) {
        this.allowEnvironment = allowEnvironment;
        this.environment = environment;
        this.monotonicMillis = monotonicMillis;
    }

    /**
     * The secret behind a reference; {@link Secret#none()} for no reference.
     *
     * @throws CredentialException when it cannot be resolved and never was
     */
    public Secret resolve(@Nullable String reference) {
        if (reference == null || reference.isBlank()) {
            return Secret.none();
        }
        Matcher matcher = REFERENCE.matcher(reference.strip());
        if (!matcher.matches()) {
            throw new CredentialException("the deployment's credential is not a reference; put the key into a file and write "
                    + "${file:/path/to/it} in the catalogue, never the key itself");
        }
        String scheme = matcher.group(1);
        String name = matcher.group(2);
        return switch (scheme) {
            case "file" -> file(name);
            case "env" -> variable(name);
            default -> throw new CredentialException("credential references of the form ${" + scheme
                    + ":...} are not supported; write ${file:/path}");
        };
    }

    /** Whether a text is a reference, and so may be shown. Anything else may be a key that was put in the wrong place. */
    public static boolean isReference(@Nullable String text) {
        return text != null && REFERENCE.matcher(text.strip()).matches();
    }

    private Secret variable(String name) {
        if (!allowEnvironment) {
            throw new CredentialException("${env:" + name + "} is refused: write ${file:/path}, or allow environment "
                    + "variables with worker.credentials.allow.env=true");
        }
        String value = environment.apply(name);
        if (value == null || value.isBlank()) {
            throw new CredentialException("environment variable " + name + " of the credential is not set");
        }
        return Secret.of(value.strip());
    }

    private Secret file(String name) {
        long now = monotonicMillis.getAsLong();
        Cached cached = files.get(name);
        if (cached != null && now - cached.checkedAt() < RECHECK_MILLIS) {
            return cached.secret();
        }
        try {
            Secret fresh = read(name);
            if (cached != null && !cached.secret().reveal().equals(fresh.reveal())) {
                LOGGER.atInfo().addKeyValue("file", name).log("credential changed");
            }
            files.put(name, new Cached(fresh, now, false));
            return fresh;
        } catch (CredentialException e) {
            if (cached == null) {
                throw e;
            }
            if (!cached.isStale()) {
                LOGGER.atWarn().addKeyValue("file", name).addKeyValue("error", e.getMessage())
                        .log("credential cannot be read again, keeping the last good one");
            }
            files.put(name, new Cached(cached.secret(), now, true));
            return cached.secret();
        }
    }

    private static Secret read(String name) {
        try (InputStream in = Files.newInputStream(Path.of(name))) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new CredentialException("credential file " + name + " is larger than 64 KiB");
            }
            String text = new String(bytes, StandardCharsets.UTF_8).strip();
            if (text.isEmpty()) {
                throw new CredentialException("credential file " + name + " is empty");
            }
            return Secret.of(text);
        } catch (IOException | InvalidPathException e) {
            throw new CredentialException("credential file " + name + " cannot be read ("
                    + e.getClass().getSimpleName() + "): create it readable for the worker");
        }
    }
}
