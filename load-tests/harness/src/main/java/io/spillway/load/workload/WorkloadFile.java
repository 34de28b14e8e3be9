package io.spillway.load.workload;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;

import io.spillway.load.workload.Workload.Arrival;
import io.spillway.load.workload.Workload.Outage;
import io.spillway.load.workload.Workload.Prompt;
import io.spillway.simulator.Latency;

/** Reads workloads from YAML. Every key, its default and its meaning is in load-tests/README.md. */
public final class WorkloadFile {

    private static final ObjectMapper YAML = new ObjectMapper(
            YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build());
    private static final int MOST_BYTES = 1024 * 1024;
    private static final int MOST_CALLS = 100_000;

    private WorkloadFile() {}

    /**
     * Reads a file.
     *
     * @throws WorkloadException naming all problems at once
     */
    public static Workload read(Path file) throws IOException {
        return parse(Files.readString(file), file.toString());
    }

    /** The workload of that name that comes with the load tests. */
    public static Workload builtIn(String name) throws IOException {
        return parse(builtInText(name), name);
    }

    /** Its text. */
    public static String builtInText(String name) throws IOException {
        try (InputStream stream = WorkloadFile.class.getResourceAsStream("/workloads/" + name + ".yaml")) {
            if (stream == null) {
                throw new IllegalArgumentException("there is no built-in workload '" + name + "'");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Reads YAML text; {@code source} names it in messages. */
    public static Workload parse(String text, String source) {
        List<String> problems = new ArrayList<>();
        JsonNode root;
        try {
            root = YAML.readTree(text);
        } catch (JsonProcessingException e) {
            throw new WorkloadException(source, List.of("not YAML: " + e.getOriginalMessage()));
        }
        Workload workload = workload(new Fields(root, "", problems), source);
        check(workload, problems);
        if (!problems.isEmpty()) {
            throw new WorkloadException(source, problems);
        }
        return workload;
    }

    private static Workload workload(Fields fields, String source) {
        Workload workload = new Workload(fields.text("name", Optional.of(source)),
                fields.number("rate", Optional.empty(), 0.01, 1_000_000), fields.duration("duration", Optional.empty()),
                fields.duration("warmUp", Optional.of(Duration.ZERO)),
                fields.of("arrival", Optional.of(Arrival.POISSON), word -> Arrival.valueOf(word.toUpperCase(Locale.ROOT)),
                        "poisson or constant", Arrival.POISSON),
                fields.number("batchShare", Optional.of(0.0), 0, 1), fields.number("repeatShare", Optional.of(0.0), 0, 1),
                new Prompt(fields.whole("promptBytesLeast", Optional.of(200), 1, MOST_BYTES),
                        fields.whole("promptBytesMost", Optional.of(2000), 1, MOST_BYTES)),
                fields.duration("deadline", Optional.of(Duration.ofMinutes(10))),
                fields.duration("patience", Optional.of(Duration.ofMinutes(2))),
                fields.duration("settle", Optional.of(Duration.ofSeconds(2))),
                fields.whole("window", Optional.of(0), 0, 1_000_000), fields.whole("requests", Optional.of(0), 0, 1_000_000),
                fields.whole("partitions", Optional.of(4), 1, 1000),
                fields.list("providers").stream().map(WorkloadFile::provider).toList(),
                fields.list("outages").stream().map(WorkloadFile::outage).toList());
        fields.refuseOthers();
        return workload;
    }

    private static Workload.Provider provider(Fields fields) {
        String latency = fields.of("latency", Optional.of("none"), text -> Latency.format(Latency.parse(text)),
                "a latency such as none, 50ms or lognormal:800ms,0.5,10s", "none");
        Workload.Provider provider = new Workload.Provider(fields.text("name", Optional.empty()),
                fields.of("api", Optional.of("openai"), WorkloadFile::api, "openai or anthropic", "openai"), latency,
                fields.whole("tier", Optional.of(0), 0, 100), fields.duration("timeout", Optional.of(Duration.ofSeconds(10))),
                fields.whole("concurrency", Optional.of(256), 1, MOST_CALLS),
                fields.whole("maxConcurrent", Optional.of(0), 0, MOST_CALLS),
                Set.copyOf(fields.words("dataClasses", List.of("public", "internal"))),
                fields.of("lastResort", Optional.of(false), WorkloadFile::flag, "true or false", false));
        fields.refuseOthers();
        return provider;
    }

    private static Outage outage(Fields fields) {
        String provider = fields.text("provider", Optional.of(""));
        Outage outage = new Outage(provider.isEmpty() ? Optional.empty() : Optional.of(provider),
                fields.duration("at", Optional.empty()), fields.duration("for", Optional.empty()),
                fields.of("kind", Optional.of(Trouble.REFUSE), Trouble::parse,
                        "one of refuse, reset, unavailable, errors, rate-limited, hang, garbage, error-body, truncated, empty, half",
                        Trouble.REFUSE));
        fields.refuseOthers();
        return outage;
    }

    private static String api(String word) {
        if (!word.equals("openai") && !word.equals("anthropic")) {
            throw new IllegalArgumentException(word);
        }
        return word;
    }

    private static boolean flag(String word) {
        if (!word.equals("true") && !word.equals("false")) {
            throw new IllegalArgumentException(word);
        }
        return word.equals("true");
    }

    private static void check(Workload workload, List<String> problems) {
        if (workload.providers().isEmpty()) {
            problems.add("providers: missing; name at least one");
        }
        if (workload.warmUp().compareTo(workload.duration()) >= 0) {
            problems.add("warmUp: must be shorter than the duration");
        }
        if (workload.prompt().leastBytes() > workload.prompt().mostBytes()) {
            problems.add("promptBytesLeast: must not be above promptBytesMost");
        }
        List<String> names = workload.providers().stream().map(Workload.Provider::name).toList();
        for (Outage outage : workload.outages()) {
            outage.provider().filter(name -> !names.contains(name)).ifPresent(
                    name -> problems.add("outages: unknown provider '" + name + "' (defined: " + String.join(", ", names) + ")"));
        }
        if (!workload.providers().isEmpty() && workload.providers().stream().allMatch(Workload.Provider::lastResort)) {
            problems.add("providers: one at least must not be a last resort");
        }
        if (workload.providers().stream().noneMatch(Workload.Provider::isAllowed)) {
            problems.add("providers: none may serve internal data, so nothing could be answered");
        }
    }
}
