package io.spillway.worker.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

import io.spillway.worker.config.EgressConfig.ProxyConfig;
import io.spillway.worker.credential.CredentialResolver;
import io.spillway.worker.domain.ProxyExceptions;

/** Reads the settings of the way out. Never repeats a value that may hold a password. */
final class EgressReader {

    static final String LIFETIME = "worker.connection.lifetime";
    private static final String PROXY = "worker.proxy";
    private static final String CREDENTIAL = "worker.proxy.credential";
    private static final String EXCEPTIONS = "worker.no.proxy";
    private static final String CA_FILE = "worker.tls.ca.file";
    static final Set<String> KEYS = Set.of(LIFETIME, PROXY, CREDENTIAL, EXCEPTIONS, CA_FILE);

    private static final int HIGHEST_PORT = 65_535;

    private final Map<String, String> values;
    private final Consumer<String> problems;

    EgressReader(Map<String, String> values, Consumer<String> problems) {
        this.values = values;
        this.problems = problems;
    }

    EgressConfig read(Duration lifetime) {
        return new EgressConfig(lifetime, proxy(), caFile());
    }

    private Optional<ProxyConfig> proxy() {
        Optional<String> credential = given(CREDENTIAL).filter(this::isReference);
        ProxyExceptions exceptions = exceptions();
        Optional<String> text = given(PROXY);
        if (text.isEmpty()) {
            List.of(CREDENTIAL, EXCEPTIONS).stream().filter(key -> given(key).isPresent())
                    .forEach(key -> problems.accept(key + ": has no effect without worker.proxy; set that, or remove the line"));
            return Optional.empty();
        }
        try {
            URI uri = new URI(text.get());
            if (uri.getRawUserInfo() != null) {
                problems.accept(PROXY + ": holds a user or a password; put user:password into a file and write "
                        + CREDENTIAL + "=${file:/path/to/it}");
                return Optional.empty();
            }
            String path = String.valueOf(uri.getRawPath());
            boolean isProxy = "http".equalsIgnoreCase(uri.getScheme()) && uri.getHost() != null && uri.getPort() > 0
                    && uri.getPort() <= HIGHEST_PORT && (path.isEmpty() || path.equals("/")) && uri.getRawQuery() == null;
            if (isProxy) {
                return Optional.of(new ProxyConfig(uri.getHost(), uri.getPort(), credential, exceptions));
            }
        } catch (URISyntaxException e) {
            // Reported below: nothing of the text is shown, it may hold a password.
        }
        problems.accept(PROXY + ": not the address of an HTTP proxy; write http://host:port");
        return Optional.empty();
    }

    private boolean isReference(String text) {
        boolean isReference = CredentialResolver.isReference(text);
        if (!isReference) {
            problems.accept(CREDENTIAL + ": not a reference; put user:password into a file and write ${file:/path/to/it}");
        }
        return isReference;
    }

    private ProxyExceptions exceptions() {
        List<String> entries = Arrays.stream(values.getOrDefault(EXCEPTIONS, "").split(",", -1)).map(String::strip)
                .filter(entry -> !entry.isEmpty()).toList();
        try {
            return ProxyExceptions.parse(entries);
        } catch (IllegalArgumentException e) {
            problems.accept(EXCEPTIONS + ": " + e.getMessage());
            return ProxyExceptions.none();
        }
    }

    private Optional<Path> caFile() {
        Optional<String> text = given(CA_FILE);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            Path file = Path.of(text.get());
            if (Files.isReadable(file)) {
                return Optional.of(file);
            }
        } catch (InvalidPathException e) {
            // Reported below, as a file that is not there.
        }
        problems.accept(CA_FILE + ": '" + text.get() + "' cannot be read; name a file of PEM certificates");
        return Optional.empty();
    }

    private Optional<String> given(String key) {
        return Optional.ofNullable(values.get(key)).filter(value -> !value.isEmpty());
    }
}
