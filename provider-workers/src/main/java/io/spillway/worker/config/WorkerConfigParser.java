package io.spillway.worker.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.spillway.contract.Topics;
import io.spillway.worker.config.WorkerConfig.Isolation;
import io.spillway.worker.config.WorkerConfig.PhaseTimeouts;

/**
 * Reads settings from key-value pairs and reports every problem at once. Keys in capitals, as in environment files, mean the
 * same as their lower-case forms with dots: {@code KAFKA_BOOTSTRAP_SERVERS} is {@code kafka.bootstrap.servers}.
 */
public final class WorkerConfigParser {

    private static final Pattern CAPITALS = Pattern.compile("[A-Z][A-Z0-9_]*");
    private static final Pattern AMOUNT = Pattern.compile("(\\d{1,12})\\s*([a-zA-Z]+)");
    private static final Set<String> KEYS = Set.of("worker.id", "worker.providers", "worker.drain.timeout",
            "worker.connect.timeout", "worker.first.byte.timeout", "worker.first.token.timeout", "worker.idle.gap.timeout",
            "worker.response.max.bytes", "worker.max.in.flight", "worker.credentials.allow.env", "interactive.isolation",
            "topics.prefix");
    /** Set by the worker itself: its promises depend on them. */
    private static final Set<String> RESERVED = Set.of("group.id", "enable.auto.commit", "isolation.level",
            "enable.idempotence", "acks", "key.serializer", "value.serializer", "key.deserializer", "value.deserializer",
            "transactional.id", "auto.offset.reset");

    private final Map<String, String> values = new TreeMap<>();
    private final List<String> problems = new ArrayList<>();

    private WorkerConfigParser(Map<String, String> raw) {
        raw.forEach((key, value) -> values.put(
                CAPITALS.matcher(key).matches() ? key.toLowerCase(Locale.ROOT).replace('_', '.') : key, value.strip()));
    }

    /** @throws WorkerConfigException naming all problems */
    public static WorkerConfig parse(Map<String, String> raw, String defaultWorkerId) {
        return new WorkerConfigParser(raw).parse(defaultWorkerId);
    }

    private WorkerConfig parse(String defaultWorkerId) {
        Map<String, String> consumer = take("kafka.consumer.");
        Map<String, String> producer = take("kafka.producer.");
        Map<String, String> kafka = take("kafka.");
        Map<String, String> serde = new TreeMap<>(takeWhole("schema.registry."));
        serde.putAll(take("serde."));
        List.of(consumer, producer, kafka).forEach(this::refuseReserved);
        require(kafka, "bootstrap.servers", "kafka.bootstrap.servers", "localhost:9092");
        require(serde, "schema.registry.url", "schema.registry.url", "http://localhost:8081");
        WorkerConfig defaults = WorkerConfig.of(defaultWorkerId, Map.of(), Map.of());
        Duration firstByte = duration("worker.first.byte.timeout", defaults.timeouts().firstByte());
        PhaseTimeouts timeouts = new PhaseTimeouts(duration("worker.connect.timeout", defaults.timeouts().connect()), firstByte,
                duration("worker.first.token.timeout", firstByte),
                duration("worker.idle.gap.timeout", defaults.timeouts().idleGap()));
        WorkerConfig config = new WorkerConfig(text("worker.id", defaultWorkerId), providers(), prefix(defaults.topicPrefix()),
                duration("worker.drain.timeout", defaults.drainTimeout()), timeouts,
                bytes("worker.response.max.bytes", defaults.maxBodyBytes()),
                count("worker.max.in.flight", defaults.maxInFlight()), isolation(defaults.interactiveIsolation()),
                flag("worker.credentials.allow.env"), kafka, consumer, producer, serde);
        values.keySet().stream().filter(key -> !KEYS.contains(key)).forEach(key -> problems
                .add(key + ": not a setting of the worker; known are " + new TreeSet<>(KEYS)
                        + ", kafka.*, kafka.consumer.*, kafka.producer.*, schema.registry.* and serde.*"));
        if (!problems.isEmpty()) {
            throw new WorkerConfigException(problems);
        }
        return config;
    }

    private Map<String, String> take(String prefix) {
        Map<String, String> taken = new TreeMap<>();
        takeWhole(prefix).forEach((key, value) -> taken.put(key.substring(prefix.length()), value));
        return taken;
    }

    private Map<String, String> takeWhole(String prefix) {
        Map<String, String> taken = values.entrySet().stream().filter(entry -> entry.getKey().startsWith(prefix))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        taken.keySet().forEach(values::remove);
        return taken;
    }

    private void refuseReserved(Map<String, String> settings) {
        settings.keySet().stream().filter(RESERVED::contains).forEach(key -> problems.add(
                "kafka " + key + ": the worker sets this itself, because its promises depend on it; remove the setting"));
    }

    private void require(Map<String, String> settings, String key, String fullKey, String example) {
        if (settings.getOrDefault(key, "").isEmpty()) {
            problems.add(fullKey + ": missing; set it, for example " + fullKey + "=" + example);
        }
    }

    private String text(String key, String defaultValue) {
        String value = values.getOrDefault(key, defaultValue);
        if (value.isBlank()) {
            problems.add(key + ": empty; give a name or remove the line");
        }
        return value;
    }

    private Set<String> providers() {
        Set<String> ids = Arrays.stream(values.getOrDefault("worker.providers", "").split(",", -1)).map(String::strip)
                .filter(id -> !id.isEmpty()).collect(Collectors.toSet());
        ids.stream().filter(id -> !Topics.isProviderId(id)).forEach(id -> problems.add("worker.providers: '" + id
                + "' cannot be a provider id; use lower-case letters, digits, '_' and '-', separated by commas"));
        return ids;
    }

    private String prefix(String defaultValue) {
        String prefix = values.getOrDefault("topics.prefix", defaultValue);
        try {
            return new Topics(prefix).prefix();
        } catch (IllegalArgumentException e) {
            problems.add("topics.prefix: " + e.getMessage());
            return defaultValue;
        }
    }

    private Duration duration(String key, Duration defaultValue) {
        return amount(key, "a duration such as 500ms, 30s or 2m", unit -> switch (unit) {
            case "ms" -> 1L;
            case "s" -> 1_000L;
            case "m" -> 60_000L;
            default -> -1L;
        }).map(Duration::ofMillis).orElse(defaultValue);
    }

    private long bytes(String key, long defaultValue) {
        return amount(key, "a size such as 512KiB or 16MiB", unit -> switch (unit) {
            case "kib" -> 1024L;
            case "mib" -> 1024L * 1024;
            default -> -1L;
        }).orElse(defaultValue);
    }

    private int count(String key, int defaultValue) {
        String value = values.getOrDefault(key, Integer.toString(defaultValue));
        try {
            int count = Integer.parseInt(value);
            if (count > 0) {
                return count;
            }
        } catch (NumberFormatException e) {
            // Reported below, as zero and negative numbers are.
        }
        problems.add(key + ": '" + value + "' is not a number above 0");
        return defaultValue;
    }

    private boolean flag(String key) {
        String value = values.getOrDefault(key, "false");
        if (!value.equals("true") && !value.equals("false")) {
            problems.add(key + ": '" + value + "' is neither true nor false");
        }
        return value.equals("true");
    }

    private Isolation isolation(Isolation defaultValue) {
        String value = values.getOrDefault("interactive.isolation", defaultValue.kafkaValue());
        return Arrays.stream(Isolation.values()).filter(candidate -> candidate.kafkaValue().equals(value)).findFirst()
                .orElseGet(() -> {
                    problems.add("interactive.isolation: '" + value + "' is neither read_uncommitted nor read_committed");
                    return defaultValue;
                });
    }

    private interface Units {
        /** How much one of the unit is; negative when unknown. */
        long of(String unit);
    }

    private Optional<Long> amount(String key, String wanted, Units units) {
        String value = values.get(key);
        if (value == null) {
            return Optional.empty();
        }
        Matcher matcher = AMOUNT.matcher(value);
        long factor = matcher.matches() ? units.of(matcher.group(2).toLowerCase(Locale.ROOT)) : -1;
        if (factor < 0 || Long.parseLong(matcher.group(1)) < 1) {
            problems.add(key + ": '" + value + "' is not " + wanted);
            return Optional.empty();
        }
        return Optional.of(Math.multiplyExact(Long.parseLong(matcher.group(1)), factor));
    }
}
