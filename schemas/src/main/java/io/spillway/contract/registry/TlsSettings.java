package io.spillway.contract.registry;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

import javax.net.ssl.SSLContext;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;

/** Key stores and trust stores, read by Kafka's own code: JKS, PKCS12 and PEM, in files or inline. */
final class TlsSettings {

    private TlsSettings() {}

    /** Empty when no {@code schema.registry.ssl.*} key is set: the JVM's own trust store is used. */
    static Optional<SSLContext> sslContext(Map<String, ?> config) {
        Map<String, Object> given = new HashMap<>();
        config.forEach((key, value) -> {
            if (key.startsWith(SchemaRegistryConfig.SSL_PREFIX) && value != null) {
                given.put("ssl." + key.substring(SchemaRegistryConfig.SSL_PREFIX.length()), value);
            }
        });
        if (given.isEmpty()) {
            return Optional.empty();
        }
        Object identification = given.get(SslConfigs.SSL_ENDPOINT_IDENTIFICATION_ALGORITHM_CONFIG);
        if (identification != null && String.valueOf(identification).isBlank()) {
            throw new ConfigException(SchemaRegistryConfig.SSL_PREFIX + "endpoint.identification.algorithm is empty: "
                    + "host names are always verified. Use a certificate that names the registry's host.");
        }
        AbstractConfig parsed = new AbstractConfig(new ConfigDef().withClientSslSupport(), given, false);
        try (DefaultSslEngineFactory factory = new DefaultSslEngineFactory()) {
            factory.configure(parsed.values());
            return Optional.of(factory.sslContext());
        } catch (KafkaException e) {
            ConfigException problem = new ConfigException(SchemaRegistryConfig.SSL_PREFIX
                    + "*: the trust store or key store cannot be used. Check location, password and type: "
                    + e.getMessage());
            problem.initCause(e);
            throw problem;
        }
    }
}
