package io.spillway.contract.registry;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigException;

/** The {@code Authorization} header for every URL, or none when each URL carries its own user. */
final class RegistryCredentials {

    private static final String OTHERS = "For other sources put Confluent's serializers on the class path and name them "
            + "in spillway.value.serializer and spillway.value.deserializer";

    private final Optional<String> authorization;
    private final Map<String, String> headers;

    private RegistryCredentials(Optional<String> authorization, Map<String, String> headers) {
        this.authorization = authorization;
        this.headers = Map.copyOf(headers);
    }

    static RegistryCredentials from(AbstractConfig values) {
        String userInfo = values.getPassword(SchemaRegistryConfig.BASIC_AUTH_USER_INFO).value();
        String token = values.getPassword(SchemaRegistryConfig.BEARER_AUTH_TOKEN).value();
        boolean basic = usesUserInfo(values.getString(SchemaRegistryConfig.BASIC_AUTH_SOURCE), userInfo);
        boolean bearer = usesToken(values.getString(SchemaRegistryConfig.BEARER_AUTH_SOURCE), token);
        if (basic && bearer) {
            throw new ConfigException("Both " + SchemaRegistryConfig.BASIC_AUTH_USER_INFO + " and "
                    + SchemaRegistryConfig.BEARER_AUTH_TOKEN + " are set. Keep the one your registry asks for.");
        }
        if (basic) {
            return new RegistryCredentials(Optional.of(basic(userInfo)), Map.of());
        }
        if (!bearer) {
            return new RegistryCredentials(Optional.empty(), Map.of());
        }
        Map<String, String> headers = new HashMap<>();
        putUnlessBlank(headers, "target-sr-cluster",
                values.getString(SchemaRegistryConfig.BEARER_AUTH_LOGICAL_CLUSTER));
        putUnlessBlank(headers, "Confluent-Identity-Pool-Id",
                values.getString(SchemaRegistryConfig.BEARER_AUTH_IDENTITY_POOL));
        return new RegistryCredentials(Optional.of("Bearer " + token), headers);
    }

    /** Header value for {@code user:password}. */
    static String basic(String userInfo) {
        return "Basic " + Base64.getEncoder().encodeToString(userInfo.getBytes(StandardCharsets.UTF_8));
    }

    Optional<String> authorization() {
        return authorization;
    }

    Map<String, String> headers() {
        return headers;
    }

    private static boolean usesUserInfo(String source, String userInfo) {
        String key = SchemaRegistryConfig.BASIC_AUTH_SOURCE;
        return switch (source.toUpperCase(Locale.ROOT)) {
            // A user without a source can only mean this; Confluent's client would silently not send it.
            case "" -> !userInfo.isEmpty();
            case "URL" -> false;
            case "USER_INFO" -> {
                if (userInfo.indexOf(':') < 1) {
                    throw new ConfigException(key + "=USER_INFO needs " + SchemaRegistryConfig.BASIC_AUTH_USER_INFO
                            + " in the form user:password.");
                }
                yield true;
            }
            default -> throw new ConfigException(key, source, "use URL or USER_INFO. " + OTHERS);
        };
    }

    private static boolean usesToken(String source, String token) {
        String key = SchemaRegistryConfig.BEARER_AUTH_SOURCE;
        return switch (source.toUpperCase(Locale.ROOT)) {
            case "" -> !token.isEmpty();
            case "STATIC_TOKEN" -> {
                if (token.isBlank()) {
                    throw new ConfigException(
                            key + "=STATIC_TOKEN needs the token in " + SchemaRegistryConfig.BEARER_AUTH_TOKEN + ".");
                }
                yield true;
            }
            default -> throw new ConfigException(key, source, "use STATIC_TOKEN. " + OTHERS);
        };
    }

    private static void putUnlessBlank(Map<String, String> headers, String name, String value) {
        if (!value.isBlank()) {
            headers.put(name, value);
        }
    }
}
