package io.spillway.contract.registry;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import javax.net.ssl.SSLContext;

import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * Settings of the client, read from a map of Confluent's key names. Every key but the URL may also carry the prefix
 * {@code schema.registry.}; the prefixed one wins.
 */
public final class SchemaRegistryConfig {

    /** Base URLs, separated by commas, tried in order. */
    public static final String URL = "schema.registry.url";
    /** {@code URL} (default), {@code USER_INFO}. */
    public static final String BASIC_AUTH_SOURCE = "basic.auth.credentials.source";
    /** {@code user:password}. */
    public static final String BASIC_AUTH_USER_INFO = "basic.auth.user.info";
    /** {@code STATIC_TOKEN}. */
    public static final String BEARER_AUTH_SOURCE = "bearer.auth.credentials.source";
    public static final String BEARER_AUTH_TOKEN = "bearer.auth.token";
    /** Confluent Cloud's id of the registry, sent with a token. */
    public static final String BEARER_AUTH_LOGICAL_CLUSTER = "bearer.auth.logical.cluster";
    public static final String BEARER_AUTH_IDENTITY_POOL = "bearer.auth.identity.pool.id";
    public static final String CONNECT_TIMEOUT_MS = "http.connect.timeout.ms";
    public static final String READ_TIMEOUT_MS = "http.read.timeout.ms";
    /** Ours, not Confluent's: no call takes longer than this, all URLs and retries included. */
    public static final String CALL_TIMEOUT_MS = "http.call.timeout.ms";
    public static final String MAX_RETRIES = "max.retries";
    public static final String RETRY_WAIT_MS = "retries.wait.ms";
    public static final String RETRY_MAX_WAIT_MS = "retries.max.wait.ms";
    /** Seconds for which an unknown id stays unknown without asking again. */
    public static final String MISSING_ID_TTL_SEC = "missing.id.cache.ttl.sec";
    public static final String PROXY_HOST = "proxy.host";
    public static final String PROXY_PORT = "proxy.port";
    /** In front of Kafka's {@code ssl.*} keys: {@code schema.registry.ssl.truststore.location} and so on. */
    public static final String SSL_PREFIX = "schema.registry.ssl.";

    private static final String PREFIX = "schema.registry.";

    private static final ConfigDef DEFINITION = new ConfigDef()
            .define(BASIC_AUTH_SOURCE, ConfigDef.Type.STRING, "", ConfigDef.Importance.MEDIUM,
                    "Where basic credentials come from.")
            .define(BASIC_AUTH_USER_INFO, ConfigDef.Type.PASSWORD, "", ConfigDef.Importance.MEDIUM, "user:password.")
            .define(BEARER_AUTH_SOURCE, ConfigDef.Type.STRING, "", ConfigDef.Importance.MEDIUM, "Where the token comes from.")
            .define(BEARER_AUTH_TOKEN, ConfigDef.Type.PASSWORD, "", ConfigDef.Importance.MEDIUM, "The token.")
            .define(BEARER_AUTH_LOGICAL_CLUSTER, ConfigDef.Type.STRING, "", ConfigDef.Importance.LOW, "Header target-sr-cluster.")
            .define(BEARER_AUTH_IDENTITY_POOL, ConfigDef.Type.STRING, "", ConfigDef.Importance.LOW,
                    "Header Confluent-Identity-Pool-Id.")
            .define(CONNECT_TIMEOUT_MS, ConfigDef.Type.INT, 5_000, ConfigDef.Range.atLeast(1), ConfigDef.Importance.LOW,
                    "To connect.")
            .define(READ_TIMEOUT_MS, ConfigDef.Type.INT, 10_000, ConfigDef.Range.atLeast(1), ConfigDef.Importance.LOW,
                    "To answer.")
            .define(CALL_TIMEOUT_MS, ConfigDef.Type.INT, 30_000, ConfigDef.Range.atLeast(1), ConfigDef.Importance.LOW, "In all.")
            .define(MAX_RETRIES, ConfigDef.Type.INT, 3, ConfigDef.Range.atLeast(0), ConfigDef.Importance.LOW,
                    "Rounds after the first.")
            .define(RETRY_WAIT_MS, ConfigDef.Type.INT, 100, ConfigDef.Range.atLeast(0), ConfigDef.Importance.LOW, "First wait.")
            .define(RETRY_MAX_WAIT_MS, ConfigDef.Type.INT, 2_000, ConfigDef.Range.atLeast(0), ConfigDef.Importance.LOW,
                    "Longest wait.")
            .define(MISSING_ID_TTL_SEC, ConfigDef.Type.LONG, 5L, ConfigDef.Range.atLeast(0), ConfigDef.Importance.LOW,
                    "Unknown ids.")
            .define(PROXY_HOST, ConfigDef.Type.STRING, "", ConfigDef.Importance.LOW, "HTTP proxy.")
            .define(PROXY_PORT, ConfigDef.Type.INT, -1, ConfigDef.Importance.LOW, "HTTP proxy.");

    private final List<RegistryEndpoint> endpoints;
    private final Map<String, String> headers;
    private final AbstractConfig values;
    private final Optional<SSLContext> sslContext;

    private SchemaRegistryConfig(List<RegistryEndpoint> endpoints, Map<String, String> headers, AbstractConfig values,
            Optional<SSLContext> sslContext) {
        this.endpoints = List.copyOf(endpoints);
        this.headers = Map.copyOf(headers);
        this.values = values;
        this.sslContext = sslContext;
    }

    /**
     * Reads the settings; keys it does not know are somebody else's.
     *
     * @throws ConfigException
     *             naming the key and the remedy
     */
    public static SchemaRegistryConfig from(Map<String, ?> config) {
        Map<String, Object> known = new HashMap<>();
        for (String key : DEFINITION.names()) {
            Object value = config.containsKey(PREFIX + key) ? config.get(PREFIX + key) : config.get(key);
            if (value != null) {
                known.put(key, value);
            }
        }
        AbstractConfig values = new AbstractConfig(DEFINITION, known, false);
        RegistryCredentials credentials = RegistryCredentials.from(values);
        List<RegistryEndpoint> endpoints = new ArrayList<>();
        for (String url : urls(config.get(URL))) {
            endpoints.add(RegistryEndpoint.parse(url, credentials));
        }
        return new SchemaRegistryConfig(endpoints, credentials.headers(), values, TlsSettings.sslContext(config));
    }

    private static List<String> urls(@Nullable Object value) {
        List<String> urls = new ArrayList<>();
        if (value instanceof Iterable<?> many) {
            many.forEach(one -> urls.add(String.valueOf(one).strip()));
        } else if (value != null) {
            for (String one : String.valueOf(value).split(",", -1)) {
                urls.add(one.strip());
            }
        }
        urls.removeIf(String::isEmpty);
        if (urls.isEmpty()) {
            throw new ConfigException(URL + " is not set. Set it to the address of the schema registry, such as "
                    + "http://localhost:8081; `spillway up` starts one and prints its address.");
        }
        return urls;
    }

    List<RegistryEndpoint> endpoints() {
        return endpoints;
    }

    Map<String, String> headers() {
        return headers;
    }

    Optional<SSLContext> sslContext() {
        return sslContext;
    }

    Duration millis(String key) {
        return Duration.ofMillis(values.getInt(key));
    }

    int maxRetries() {
        return values.getInt(MAX_RETRIES);
    }

    Duration missingIdTtl() {
        return Duration.ofSeconds(values.getLong(MISSING_ID_TTL_SEC));
    }

    Optional<InetSocketAddress> proxy() {
        String host = values.getString(PROXY_HOST);
        if (host.isBlank()) {
            return Optional.empty();
        }
        int port = values.getInt(PROXY_PORT);
        if (port < 1 || port > 65_535) {
            throw new ConfigException(PROXY_PORT, port, "set the port of the proxy given by " + PROXY_HOST);
        }
        return Optional.of(new InetSocketAddress(host, port));
    }

    /** Addresses only: credentials are never printed. */
    @Override
    public String toString() {
        return "SchemaRegistryConfig" + endpoints;
    }
}
