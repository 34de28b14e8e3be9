package io.spillway.cli.explain;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

import io.spillway.cli.command.CommonOptions;
import io.spillway.cli.command.ExitCode;
import io.spillway.cli.command.KafkaConnection;
import io.spillway.cli.explain.DecisionReader.Found;
import io.spillway.cli.submit.DurationOption;
import io.spillway.contract.RecordHeaders;
import io.spillway.contract.Topics;
import io.spillway.contract.json.Json;
import io.spillway.contract.serde.AvroSerdes;
import io.spillway.v1.RoutingDecision;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code spillway explain REQUEST_ID}. */
@Command(name = "explain", mixinStandardHelpOptions = true, description = {
        "Tell what happened to a request and why: every decision, every deployment that was not chosen.",
        "Prompts and completions are not shown."}, exitCodeListHeading = "Exit codes:%n", exitCodeList = {"0:told",
                "1:no decision about the request was found, or something outside is in the way"})
public final class ExplainCommand implements Callable<Integer> {

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Parameters(paramLabel = "REQUEST_ID", description = "The id in the header " + RecordHeaders.REQUEST_ID + ".")
    private String requestId = "";

    @Option(names = "--since", paramLabel = "DURATION", converter = DurationOption.class, description = "Read decisions of this last time only, such as 24h. Default: all that are kept")
    private @Nullable Duration since;

    @Option(names = "--all-partitions", description = "Search all partitions, not only the one the id belongs to.")
    private boolean everywhere;

    @Option(names = "--answer", description = "Say where the answer is on the responses topic, too.")
    private boolean answer;

    @Option(names = "--json", description = "Print the decision records as JSON.")
    private boolean json;

    private final PrintWriter out;
    private final InstantSource clock;

    /** @param out for the story */
    public ExplainCommand(PrintWriter out, InstantSource clock) {
        this.out = out;
        this.clock = clock;
    }

    @Override
    public Integer call() {
        KafkaConnection connection = common.connection();
        connection.admin().close();
        try (Consumer<String, byte[]> consumer = connection.reader();
                AvroSerdes serdes = AvroSerdes.create(connection.settings())) {
            return explain(new DecisionReader(consumer, common.topics(), serdes.deserializer(RoutingDecision.class)));
        }
    }

    /** Prints the story, or what is known about its absence. */
    private int explain(DecisionReader reader) {
        Topics topics = common.topics();
        Optional<Instant> from = Optional.ofNullable(since).map(clock.instant()::minus);
        Found found = reader.decisions(requestId, from, everywhere);
        List<RoutingDecision> decisions = found.decisions();
        if (decisions.isEmpty()) {
            Unfound.lines(requestId, topics, found, from).forEach(out::println);
            out.flush();
            return ExitCode.RUNTIME;
        }
        if (json) {
            out.println(Json.text(DecisionJson.tree(decisions)));
        } else {
            Story story = new Story(decisions, ZoneId.systemDefault());
            story.lines().forEach(out::println);
            if (answer && story.isEnded()) {
                out.println(where(reader.answer(requestId, decisions.getFirst().getAt()), topics));
            }
        }
        out.flush();
        return ExitCode.OK;
    }

    private static String where(Optional<ConsumerRecord<String, byte[]>> answer, Topics topics) {
        return answer
                .map(item -> "answer: " + item.topic() + " partition " + item.partition() + " offset " + item.offset()
                        + ", outcome "
                        + RecordHeaders.text(item.headers(), RecordHeaders.OUTCOME).orElse("not given") + ", "
                        + Math.max(0, item.serializedValueSize()) + " bytes")
                .orElse("answer: not on " + topics.responses().name() + "; it expired, or went to a reply topic of the caller's");
    }
}
