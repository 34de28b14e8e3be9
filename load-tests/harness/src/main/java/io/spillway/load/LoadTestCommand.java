package io.spillway.load;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;

import io.spillway.contract.Durations;
import io.spillway.load.report.Environment;
import io.spillway.load.report.RunReport;
import io.spillway.load.report.ScenarioResult;
import io.spillway.load.rig.Ground;
import io.spillway.load.rig.OtherVersion;
import io.spillway.load.rig.Row;
import io.spillway.load.scenario.Scenario;
import io.spillway.load.scenario.ScenarioContext;
import io.spillway.load.scenario.Scenarios;
import io.spillway.load.workload.Workload;
import io.spillway.load.workload.WorkloadException;
import io.spillway.load.workload.WorkloadFile;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code load-tests/run}. Exit codes: 0 no promise was seen broken, 1 one was or the run failed, 2 wrong arguments. */
@Command(name = "run", mixinStandardHelpOptions = true, description = {"Puts Spillway under load and checks its promises.",
        "Exit codes: 0 no promise was seen broken, 1 one was, 2 wrong arguments."})
public final class LoadTestCommand implements Callable<Integer> {

    private static final int CLEAN = 0;
    private static final int BROKEN = 1;
    private static final int WRONG_ARGUMENTS = 2;

    @Parameters(index = "0", paramLabel = "SCENARIO", description = "One of: ${COMPLETION-CANDIDATES}", completionCandidates = Names.class)
    private String scenarioName = "";

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "Everything random follows from it. Default: ${DEFAULT-VALUE}")
    private long seed;

    @Option(names = "--json", description = "Print the result as one JSON object on the last line of standard output.")
    private boolean json;

    @Option(names = "--workload", paramLabel = "FILE", description = "A workload file instead of the scenario's own.")
    private @Nullable Path workloadFile;

    @Option(names = "--duration", paramLabel = "TIME", description = "Send for so long, such as 30s; outages keep their share of it.")
    private @Nullable String duration;

    @Option(names = "--rate", paramLabel = "N", description = "Send so many requests a second.")
    private @Nullable Double rate;

    @Option(names = "--requests", paramLabel = "N", description = "Hold so many requests in stock, in scenarios that have one.")
    private @Nullable Integer requests;

    @Option(names = "--results", paramLabel = "DIR", description = "Where results are written. Default: load-tests/harness/target/results")
    private @Nullable Path results;

    @Option(names = "--file", paramLabel = "NAME=FILE", description = "An input file that a scenario needs; see its description.")
    private Map<String, Path> files = new HashMap<>();

    @Option(names = "--router", paramLabel = "KEY=VALUE", description = "A setting of the router, such as commit.interval=50ms.")
    private Map<String, String> router = new HashMap<>();

    @Option(names = "--brokers", paramLabel = "N", description = "Run on 1 broker inside this process or on 3 that are processes.")
    private @Nullable Integer brokers;

    @Option(names = "--bootstrap", paramLabel = "HOST:PORT", description = "Run on a cluster that is there already, under topics of its own.")
    private @Nullable String bootstrapServers;

    @Option(names = "--rows", paramLabel = "N,N", split = ",", description = "Only these rows of the fault matrix; see load-tests/README.md.")
    private Set<Integer> rows = new TreeSet<>();

    @Option(names = "--previous", paramLabel = "CHECKOUT", description = "A built checkout of another version, for row 32 of the fault matrix.")
    private @Nullable Path previous;

    private final PrintWriter out;
    private final Clock clock;

    LoadTestCommand(PrintWriter out, Clock clock) {
        this.out = out;
        this.clock = clock;
    }

    /** Names of the scenarios, for the help text. */
    static final class Names implements Iterable<String> {

        @Override
        public java.util.Iterator<String> iterator() {
            return Scenarios.all().stream().map(Scenario::name).iterator();
        }
    }

    public static void main(String[] arguments) {
        PrintWriter out = new PrintWriter(
                new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8), true,
                StandardCharsets.UTF_8);
        int exitCode = BROKEN;
        try {
            exitCode = run(out, Clock.systemUTC(), arguments);
        } finally {
            // Also after an error: threads of a half-started broker must not keep the process alive.
            System.exit(exitCode);
        }
    }

    static int run(PrintWriter out, Clock clock, String... arguments) {
        CommandLine line = new CommandLine(new LoadTestCommand(out, clock));
        line.setOut(out);
        line.setUsageHelpAutoWidth(true);
        return line.execute(arguments);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Scenario scenario = Scenarios.named(scenarioName).orElse(null);
        if (scenario == null) {
            System.err.println("there is no scenario '" + scenarioName + "'; there are:");
            Scenarios.all().forEach(one -> System.err.printf(Locale.ROOT, "  %-12s %s%n", one.name(), one.summary()));
            return WRONG_ARGUMENTS;
        }
        for (String name : scenario.files()) {
            if (!Optional.ofNullable(files.get(name)).filter(Files::isReadable).isPresent()) {
                System.err.println(scenario.name() + " needs a file: --file " + name + "=FILE; see load-tests/README.md");
                return WRONG_ARGUMENTS;
            }
        }
        Optional<Ground> ground;
        Optional<OtherVersion> otherVersion;
        try {
            ground = ground(scenario);
            otherVersion = previous == null ? Optional.empty() : Optional.of(OtherVersion.in(previous));
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            return WRONG_ARGUMENTS;
        }
        String text;
        Workload workload;
        try {
            text = workloadText(scenario);
            workload = adjusted(WorkloadFile.parse(text, workloadFile == null ? scenario.name() : workloadFile.toString()));
        } catch (WorkloadException | IllegalArgumentException e) {
            System.err.println(e.getMessage());
            return WRONG_ARGUMENTS;
        }
        try {
            return run(scenario, workload, text, ground, otherVersion);
        } catch (WorkloadException e) {
            System.err.println(e.getMessage());
            return WRONG_ARGUMENTS;
        }
    }

    private Optional<Ground> ground(Scenario scenario) {
        if (!scenario.runsOnAnyCluster() && (brokers != null || bootstrapServers != null)) {
            throw new IllegalArgumentException(scenario.name() + " brings its own broker: leave out --brokers and --bootstrap");
        }
        if (!scenario.runsFaultMatrix() && (!rows.isEmpty() || previous != null)) {
            throw new IllegalArgumentException("--rows and --previous are for chaos: leave them out");
        }
        for (int row : rows) {
            if (!Row.exists(row)) {
                throw new IllegalArgumentException("--rows: the fault matrix has no row " + row + "; see load-tests/README.md");
            }
        }
        return Ground.of(Optional.ofNullable(brokers), Optional.ofNullable(bootstrapServers));
    }

    private int run(Scenario scenario, Workload workload, String workloadText, Optional<Ground> ground,
            Optional<OtherVersion> otherVersion)
            throws IOException, InterruptedException {
        Path home = Path.of(System.getProperty("spillway.home", "."));
        Path target = results == null ? home.resolve("load-tests/harness/target/results") : results;
        Instant startedAt = clock.instant();
        Path scratch = target.resolve("scratch-" + scenario.name() + "-" + startedAt.getEpochSecond());
        Files.createDirectories(scratch);
        say(scenario.name() + ": " + scenario.summary() + "; seed " + seed);
        ScenarioResult result = scenario
                .run(new ScenarioContext(workload, seed, scratch, files, router, this::say, ground, rows, otherVersion));
        RunReport report = new RunReport(scenario.name(), startedAt, Duration.between(startedAt, clock.instant()), seed, replay(),
                workloadText, Environment.look(home), result);
        Path written = report.write(target);
        summary(result, written);
        if (json) {
            out.println(report.toJson());
        }
        out.flush();
        return result.findings().isClean() ? CLEAN : BROKEN;
    }

    private String workloadText(Scenario scenario) throws IOException {
        if (workloadFile != null) {
            return Files.readString(workloadFile);
        }
        return WorkloadFile.builtInText(scenario.hasWorkload() ? scenario.name() : "smoke");
    }

    private Workload adjusted(Workload workload) {
        Workload timed = duration == null ? workload : workload.lasting(Durations.parse(duration));
        Workload paced = rate == null ? timed : timed.at(rate);
        return requests == null ? paced : paced.holding(requests);
    }

    private String replay() {
        StringBuilder command = new StringBuilder("load-tests/run ").append(scenarioName).append(" --seed ").append(seed);
        if (workloadFile != null) {
            command.append(" --workload ").append(workloadFile);
        }
        if (duration != null) {
            command.append(" --duration ").append(duration);
        }
        if (rate != null) {
            command.append(" --rate ").append(rate);
        }
        if (requests != null) {
            command.append(" --requests ").append(requests);
        }
        files.forEach((name, file) -> command.append(" --file ").append(name).append('=').append(file));
        router.forEach((key, value) -> command.append(" --router ").append(key).append('=').append(value));
        if (brokers != null) {
            command.append(" --brokers ").append(brokers);
        }
        if (bootstrapServers != null) {
            command.append(" --bootstrap ").append(bootstrapServers);
        }
        if (!rows.isEmpty()) {
            command.append(" --rows ").append(String.join(",", rows.stream().map(String::valueOf).toList()));
        }
        if (previous != null) {
            command.append(" --previous ").append(previous);
        }
        return command.toString();
    }

    private void summary(ScenarioResult result, Path written) {
        result.measures().forEach((name, value) -> say(String.format(Locale.ROOT, "%-36s %,14.3f", name, value)));
        result.findings().verdicts().forEach((verdict, evidence) -> {
            boolean unchecked = result.findings().unchecked().contains(verdict);
            say(String.format(Locale.ROOT, "%-36s %14s", verdict, unchecked ? "not checked" : Integer.toString(evidence.size())));
            evidence.stream().limit(5).forEach(one -> say("    " + one.requestId() + ": " + one.detail() + " " + one.where()));
        });
        result.rows().forEach(row -> say(String.format(Locale.ROOT, "row %-2d %-9s %s%s", row.row(),
                row.outcome().name().toLowerCase(Locale.ROOT), row.fault(),
                row.why().isEmpty() ? "" : ": " + String.join("; ", row.why()))));
        say("results in " + written + " and the .html beside it");
    }

    private void say(String line) {
        out.println(line);
        out.flush();
    }
}
