package io.spillway.cli.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

import io.spillway.cli.command.CommandException;
import io.spillway.cli.command.ExitCode;
import io.spillway.cli.stack.LocalStack;
import io.spillway.cli.stack.StackSettings;
import io.spillway.cli.submit.BatchInput;
import io.spillway.cli.submit.BatchOutput;
import io.spillway.contract.serde.AvroSerdes;
import io.spillway.v1.RoutingDecision;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code spillway demo}. */
@Command(name = "demo", mixinStandardHelpOptions = true, description = {
        "Send a batch through an embedded broker to simulated providers, and take the primary one down on the way.",
        "Needs no keys, no Docker and no network. Exit code 1 when a request was lost, answered twice or ended in an error."})
public final class DemoCommand implements Callable<Integer> {

    private static final String BUILT_IN = "/demo/prompts.jsonl";
    private static final String ROUTE = "chat-default";

    @Option(names = "--input", paramLabel = "FILE", description = "An OpenAI batch file. Default: 72 prompts of our own")
    private @Nullable Path input;

    @Option(names = "--output", paramLabel = "FILE", defaultValue = "spillway-demo-answers.jsonl", description = "Where answers are written. Default: ${DEFAULT-VALUE}")
    private Path output = Path.of("spillway-demo-answers.jsonl");

    @Option(names = "--json", description = "Print the result as one JSON object on the last line of standard output.")
    private boolean json;

    private final PrintWriter out;

    /** @param out for progress and the result */
    public DemoCommand(PrintWriter out) {
        this.out = out;
    }

    @Override
    public Integer call() throws IOException {
        Path scratch = Files.createTempDirectory("spillway-demo-");
        BatchInput batch = readInput(scratch);
        batch.badLines().forEach(line -> say("skipped " + line));
        if (batch.requests().isEmpty()) {
            throw CommandException.badInput("there is no valid line in " + (input == null ? BUILT_IN : input)
                    + ": give an OpenAI batch file, one {\"custom_id\",\"method\",\"url\",\"body\"} a line");
        }
        try (SimulatedSetup simulated = SimulatedSetup.start(scratch, ROUTE);
                LocalStack stack = LocalStack.start(StackSettings.temporary(), simulated.catalogue(), this::say)) {
            DemoReport report = run(batch, simulated.providers(), stack);
            report.print(out);
            if (json) {
                out.println(report.toJson());
            }
            out.flush();
            return report.isClean() ? ExitCode.OK : ExitCode.RUNTIME;
        } finally {
            Files.deleteIfExists(scratch.resolve("simulated-key"));
            Files.deleteIfExists(scratch.resolve("prompts.jsonl"));
            Files.deleteIfExists(scratch);
        }
    }

    private DemoReport run(BatchInput batch, DemoProviders providers, LocalStack stack) throws IOException {
        say("sending " + batch.requests().size() + " requests; the primary provider fails a third of the way through");
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, stack.bootstrapServers(), ProducerConfig.ACKS_CONFIG, "all",
                        ProducerConfig.LINGER_MS_CONFIG, 2),
                new ByteArraySerializer(), new ByteArraySerializer());
                KafkaConsumer<byte[], byte[]> consumer = consumer(stack);
                BatchOutput answers = BatchOutput.create(output);
                AvroSerdes serdes = AvroSerdes.create(stack.serdeSettings())) {
            DemoSession session = new DemoSession(batch.requests(), providers, answers, this::say);
            DemoTally tally = session.run(producer, consumer, stack.topics());
            Map<String, Long> reasons = FailoverReasons.read(consumer, stack.topics().decisions().name(),
                    serdes.deserializer(RoutingDecision.class));
            return new DemoReport(batch.requests().size(), tally, providers.paidCalls(), providers.duplicatePaidCalls(), reasons,
                    output);
        }
    }

    private BatchInput readInput(Path scratch) throws IOException {
        Path file = Optional.ofNullable(input).orElseGet(() -> scratch.resolve("prompts.jsonl"));
        if (input == null) {
            try (InputStream prompts = DemoCommand.class.getResourceAsStream(BUILT_IN)) {
                if (prompts == null) {
                    throw new IllegalStateException(BUILT_IN + " is not in the jar");
                }
                Files.copy(prompts, file, StandardCopyOption.REPLACE_EXISTING);
            }
        } else if (!Files.isReadable(file)) {
            throw CommandException.badInput("--input: " + file + " cannot be read; check the path");
        }
        return BatchInput.read(file, "demo-" + Long.toHexString(System.currentTimeMillis()), ROUTE, Map.of());
    }

    private static KafkaConsumer<byte[], byte[]> consumer(LocalStack stack) {
        Map<String, Object> settings = new HashMap<>();
        settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, stack.bootstrapServers());
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private void say(String line) {
        out.println(line);
        out.flush();
    }
}
