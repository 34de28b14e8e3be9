package io.spillway.contract.registry;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

import org.apache.kafka.common.config.ConfigException;

/**
 * One base URL.
 *
 * @param base
 *            without credentials and without a slash at the end, so it may be printed
 * @param authorization
 *            value of the header of that name
 */
record RegistryEndpoint(URI base, Optional<String> authorization) {

    static RegistryEndpoint parse(String url, RegistryCredentials credentials) {
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException e) {
            // The value may hold a password, so it is not repeated.
            throw new ConfigException(SchemaRegistryConfig.URL + ": one of the addresses is not a URL ("
                    + e.getReason() + " at index " + e.getIndex() + "). Write it like http://localhost:8081.");
        }
        boolean web = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
        if (!web || uri.getHost() == null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw new ConfigException(SchemaRegistryConfig.URL + ": one of the addresses is not of the form "
                    + "http://host:port or https://host:port/path.");
        }
        String path = uri.getRawPath() == null ? "" : uri.getRawPath().replaceAll("/+$", "");
        URI base = URI.create(uri.getScheme() + "://" + uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort())
                + path);
        Optional<String> own = Optional.ofNullable(uri.getUserInfo()).map(RegistryCredentials::basic);
        return new RegistryEndpoint(base, credentials.authorization().or(() -> own));
    }

    URI resolve(String pathAndQuery) {
        return URI.create(base + pathAndQuery);
    }

    @Override
    public String toString() {
        return base.toString();
    }
}
