package io.spillway.cli.command;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

import org.jspecify.annotations.Nullable;

import io.spillway.contract.Topics;
import io.spillway.contract.registry.SchemaRegistryConfig;
import picocli.CommandLine.Option;

/** The options of every command that talks to a cluster: {@code @Mixin CommonOptions common = new CommonOptions()}. */
public final class CommonOptions {

    public static final String DEFAULT_BOOTSTRAP_SERVER = "127.0.0.1:9092";
    public static final String DEFAULT_REGISTRY = "http://127.0.0.1:8081";

    private static final String BOOTSTRAP_SERVERS = "bootstrap.servers";

    @Option(names = "--bootstrap-server", paramLabel = "HOST:PORT", defaultValue = "${env:SPILLWAY_BOOTSTRAP_SERVER}", description = "Kafka brokers, separated by commas. Default: $SPILLWAY_BOOTSTRAP_SERVER, then bootstrap.servers of "
            + "--command-config, then " + DEFAULT_BOOTSTRAP_SERVER + ".")
    private @Nullable String bootstrapServer;

    @Option(names = "--registry", paramLabel = "URL", defaultValue = "${env:SPILLWAY_REGISTRY}", description = "Schema registry. Default: $SPILLWAY_REGISTRY, then schema.registry.url of --command-config, then "
            + DEFAULT_REGISTRY + ".")
    private @Nullable String registry;

    @Option(names = "--command-config", paramLabel = "FILE", description = "Properties file with Kafka client and schema registry settings, passed through as they are "
            + "(security.protocol, sasl.*, ssl.*, basic.auth.*).")
    private @Nullable Path commandConfig;

    @Option(names = "--prefix", paramLabel = "TEXT", defaultValue = Topics.DEFAULT_PREFIX, description = "First part of every topic name. Default: ${DEFAULT-VALUE}")
    private String prefix = Topics.DEFAULT_PREFIX;

    /**
     * The topics with the chosen prefix.
     *
     * @throws CommandException when the prefix has characters Kafka does not allow
     */
    public Topics topics() {
        try {
            return new Topics(prefix);
        } catch (IllegalArgumentException e) {
            throw CommandException.badInput("--prefix: " + e.getMessage(), e);
        }
    }

    /**
     * Where and how to reach Kafka and the registry; nothing is connected yet.
     *
     * @throws CommandException when the properties file cannot be read
     */
    public KafkaConnection connection() {
        Map<String, Object> settings = new HashMap<>();
        fileSettings().forEach((key, value) -> settings.put(String.valueOf(key), value));
        if (bootstrapServer != null) {
            settings.put(BOOTSTRAP_SERVERS, bootstrapServer);
        }
        settings.putIfAbsent(BOOTSTRAP_SERVERS, DEFAULT_BOOTSTRAP_SERVER);
        if (registry != null) {
            settings.put(SchemaRegistryConfig.URL, registry);
        }
        settings.putIfAbsent(SchemaRegistryConfig.URL, DEFAULT_REGISTRY);
        return new KafkaConnection(settings);
    }

    private Properties fileSettings() {
        Properties properties = new Properties();
        if (commandConfig == null) {
            return properties;
        }
        try (Reader reader = Files.newBufferedReader(commandConfig, StandardCharsets.UTF_8)) {
            properties.load(reader);
            return properties;
        } catch (IOException | IllegalArgumentException e) {
            throw CommandException.badInput("--command-config: " + commandConfig + " cannot be read as a properties file ("
                    + e.getClass().getSimpleName() + "): check the path and its key=value lines", e);
        }
    }
}
