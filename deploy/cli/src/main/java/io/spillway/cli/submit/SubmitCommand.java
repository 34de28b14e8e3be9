package io.spillway.cli.submit;

import java.io.Console;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;

import io.spillway.cli.command.CommandException;
import io.spillway.cli.command.CommonOptions;
import io.spillway.cli.command.ExitCode;
import io.spillway.cli.command.KafkaConnection;
import io.spillway.cli.submit.SubmitSession.End;
import io.spillway.v1.Lane;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code spillway submit IN --output OUT}. */
@Command(name = "submit", mixinStandardHelpOptions = true, description = {
        "Send an OpenAI batch file and write the answers as they arrive.",
        "Lines are {\"custom_id\",\"method\",\"url\",\"body\"} objects, answers are lines of OpenAI's batch output format with"
                + " response.spillway added. Failed and bad lines go to the error file.",
        "A run that was stopped or killed goes on when the same command is given again; no answered line is paid twice.",
        "Status codes of errors: 400 invalid request, context window exceeded or content filtered; 402 budget exceeded;"
                + " 403 no target allowed by policy; 409 idempotency conflict; 500 internal; 503 all providers unavailable;"
                + " 504 deadline exceeded."}, exitCodeListHeading = "Exit codes:%n", exitCodeList = {
                        "0:every line has a completion", "1:something outside is in the way, or it was stopped",
                        "2:wrong arguments or files",
                        "3:every line is settled, but some ended in an error or were bad"})
public final class SubmitCommand implements Callable<Integer> {

    private static final int EXIT_SOME_FAILED = 3;
    private static final int ROUND_BYTES = 6;
    private static final int DEFAULT_COLUMNS = 120;
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);

    /** Lanes as people write them. */
    enum LaneName {
        batch, interactive;

        Lane lane() {
            return switch (this) {
                case batch -> Lane.BATCH;
                case interactive -> Lane.INTERACTIVE;
            };
        }
    }

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Parameters(paramLabel = "IN", description = "The batch file, one request a line.")
    private Path input = Path.of("");

    @Option(names = "--output", paramLabel = "OUT", required = true, description = "File for the answers. OUT.state beside it is needed to go on.")
    private Path output = Path.of("");

    @Option(names = "--errors", paramLabel = "ERR", description = "File for failed and bad lines. Default: OUT with .errors.jsonl")
    private @Nullable Path errors;

    @Option(names = "--lane", paramLabel = "LANE", defaultValue = "batch", description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}")
    private LaneName lane = LaneName.batch;

    @Option(names = "--route", paramLabel = "NAME", description = "Route of every line, in place of its model.")
    private @Nullable String route;

    @Option(names = "--deadline", paramLabel = "DURATION", defaultValue = "24h", converter = DurationOption.class, description = "Longest wait for an answer, from the start of the run. Default: ${DEFAULT-VALUE}")
    private Duration deadline = Duration.ofHours(24);

    @Option(names = "--tenant", paramLabel = "NAME", description = "Whose budget pays.")
    private @Nullable String tenant;

    @Option(names = "--max-in-flight", paramLabel = "N", defaultValue = "5000", description = "Most requests sent and not answered. Default: ${DEFAULT-VALUE}")
    private int maxInFlight;

    @Option(names = "--retry-errors", description = "Ask the failed lines of a finished batch again.")
    private boolean retryErrors;

    @Spec
    private @Nullable CommandSpec spec;

    private final PrintWriter out;
    private final InstantSource clock;

    /** @param out for the summary; progress goes to the error stream */
    public SubmitCommand(PrintWriter out, InstantSource clock) {
        this.out = out;
        this.clock = clock;
    }

    @Override
    public Integer call() {
        if (maxInFlight < 1) {
            throw CommandException.badInput("--max-in-flight must be at least 1");
        }
        KafkaConnection connection = common.connection();
        // A broker that does not answer is told in a sentence now, instead of after minutes of silence.
        connection.admin().close();
        try (Producer<byte[], byte[]> producer = SubmitClients.producer(connection.settings());
                Consumer<byte[], byte[]> consumer = SubmitClients.consumer(connection.settings())) {
            BatchSubmission.Edges edges = new BatchSubmission.Edges(producer, consumer, clock, System::nanoTime,
                    SubmitCommand::newRound);
            return run(new BatchSubmission(plan(), common.topics(), edges, reporter()));
        } catch (SubmitException e) {
            throw e.isBadInput() ? CommandException.badInput(String.valueOf(e.getMessage()), e) : e;
        }
    }

    private int run(BatchSubmission submission) {
        CountDownLatch ended = new CountDownLatch(1);
        Thread onShutdown = new Thread(() -> stop(submission, ended), "stop-submit");
        Runtime.getRuntime().addShutdownHook(onShutdown);
        try {
            BatchSubmission.Outcome outcome = submission.run();
            return report(outcome);
        } finally {
            ended.countDown();
            forget(onShutdown);
        }
    }

    private int report(BatchSubmission.Outcome outcome) {
        BatchProgress progress = outcome.progress();
        out.println();
        out.println(ProgressLine.summary(progress, outcome.elapsed()));
        out.println("answers: " + output);
        boolean failures = Files.exists(plan().errors());
        if (failures) {
            out.println("errors:  " + plan().errors());
        }
        if (outcome.end() == End.STOPPED) {
            out.println("stopped: give the same command again to go on; what was sent is answered meanwhile and not paid twice");
            out.flush();
            return ExitCode.RUNTIME;
        }
        out.flush();
        return failures ? EXIT_SOME_FAILED : ExitCode.OK;
    }

    private BatchPlan plan() {
        return new BatchPlan(input, output, errors == null ? BatchPlan.defaultErrors(output) : errors, lane.lane(),
                Optional.ofNullable(route), Optional.ofNullable(tenant), deadline, maxInFlight, retryErrors);
    }

    private BatchReporter reporter() {
        PrintWriter err = spec == null ? out : spec.commandLine().getErr();
        return new ConsoleReporter(err, Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent(), columns(),
                System::nanoTime);
    }

    private static int columns() {
        String columns = System.getenv("COLUMNS");
        return columns != null && columns.matches("[1-9]\\d{1,3}") ? Integer.parseInt(columns) : DEFAULT_COLUMNS;
    }

    private static String newRound() {
        byte[] drawn = new byte[ROUND_BYTES];
        new SecureRandom().nextBytes(drawn);
        return HexFormat.of().formatHex(drawn);
    }

    /** Runs when the process is asked to end, for example by Ctrl-C: the files are brought in order first. */
    private static void stop(BatchSubmission submission, CountDownLatch ended) {
        submission.stop();
        try {
            // Even without this everything can be gone on with; only a little more is read again.
            boolean inOrder = ended.await(STOP_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            if (!inOrder) {
                Thread.currentThread().interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void forget(Thread onShutdown) {
        try {
            Runtime.getRuntime().removeShutdownHook(onShutdown);
        } catch (IllegalStateException e) {
            // The process is ending already: the hook is what waits for us.
            return;
        }
    }
}
