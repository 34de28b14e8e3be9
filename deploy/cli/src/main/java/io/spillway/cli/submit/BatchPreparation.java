package io.spillway.cli.submit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.spillway.cli.submit.SubmitState.Round;
import io.spillway.cli.submit.WrittenLines.WrittenLine;

/**
 * Finds out what earlier runs did and brings the files in order before anything is sent.
 *
 * @param state saved already
 * @param resumed whether there was an earlier run
 */
record BatchPreparation(SubmitState state, BatchLedger ledger, BatchSurvey survey, boolean resumed) {

    private static final int WRITTEN = 1;

    /**
     * What this run would begin with if it were the first.
     *
     * @param offsets end of the responses topic; asked for only when needed
     */
    record Beginning(String requestsTopic, String responsesTopic, Round round, Supplier<Map<Integer, Long>> offsets,
            Instant now) {}

    /**
     * Prepares.
     *
     * @throws SubmitException when the files do not belong to this submission
     */
    static BatchPreparation of(BatchPlan plan, Beginning beginning, BatchReporter reporter) throws IOException {
        StateFile stateFile = StateFile.of(plan.output());
        Optional<SubmitState> earlier = stateFile.load();
        SubmitState state = earlier.isPresent()
                ? resumed(earlier.get(), plan, beginning, reporter)
                : fresh(plan, beginning, stateFile);
        // Saved before anything else: from here on every answer is found again, whatever happens.
        if (earlier.isEmpty()) {
            stateFile.save(state);
        }
        BatchLedger ledger = new BatchLedger(state.round().id(), state.earlierRounds());
        LongFlags customIds = new LongFlags();
        mend(plan.output(), ledger, customIds, reporter);
        if (!plan.retryErrors()) {
            mend(plan.errors(), ledger, customIds, reporter);
        }
        Path nextErrors = sibling(plan.errors(), ".tmp");
        BatchSurvey survey = survey(plan, ledger, customIds, nextErrors, reporter);
        SubmitState checked = state.withInputHash(survey.hash());
        stateFile.save(checked);
        WrittenLines.replace(plan.errors(), nextErrors);
        moveChanged(plan, survey.changed(), reporter);
        earlier.ifPresent(run -> tell(run, survey, reporter));
        return new BatchPreparation(checked, ledger, survey, earlier.isPresent());
    }

    /** Reads the input and writes the next error file: the bad lines of now, and the failed lines that stay failed. */
    private static BatchSurvey survey(BatchPlan plan, BatchLedger ledger, LongFlags customIds, Path nextErrors,
            BatchReporter reporter)
            throws IOException {
        Files.deleteIfExists(nextErrors);
        try (AnswerFile errors = new AnswerFile(nextErrors)) {
            BatchSurvey survey = BatchSurvey.of(plan, ledger, customIds, bad -> {
                errors.append(OutputLines.of(bad));
                reporter.badLine(bad.sentence());
            });
            if (plan.retryErrors()) {
                requireFinished(plan, ledger, survey);
            } else {
                WrittenLines.copy(plan.errors(), line -> line.id().isPresent() && isCurrent(line, survey.changed()), errors);
            }
            return survey;
        }
    }

    private static SubmitState fresh(BatchPlan plan, Beginning beginning, StateFile stateFile) throws IOException {
        for (Path path : new Path[]{plan.output(), plan.errors()}) {
            if (Files.exists(path) && Files.size(path) > 0) {
                throw SubmitException.badInput(path + " exists, but " + stateFile.path()
                        + ", which is needed to go on with it, does not: remove it, or choose another file");
            }
        }
        return new SubmitState("", beginning.requestsTopic(), beginning.responsesTopic(), plan.tenant(),
                List.of(beginning.round()), beginning.offsets().get());
    }

    private static SubmitState resumed(SubmitState earlier, BatchPlan plan, Beginning beginning, BatchReporter reporter) {
        require(earlier.requestsTopic().equals(beginning.requestsTopic()), plan,
                "lane or topic prefix (" + earlier.requestsTopic() + ")");
        require(earlier.responsesTopic().equals(beginning.responsesTopic()), plan,
                "topic prefix (" + earlier.responsesTopic() + ")");
        require(earlier.tenant().equals(plan.tenant()), plan, "tenant (" + earlier.tenant().orElse("none") + ")");
        if (plan.retryErrors()) {
            return earlier.with(beginning.round());
        }
        if (!earlier.round().deadline().isAfter(beginning.now())) {
            reporter.notice("the deadline of the earlier run (" + earlier.round().deadline()
                    + ") has passed: lines without an answer are asked anew, with the deadline " + beginning.round().deadline());
            return earlier.with(beginning.round());
        }
        return earlier;
    }

    private static void require(boolean same, BatchPlan plan, String what) {
        if (!same) {
            throw SubmitException.badInput(plan.output() + " was begun with another " + what
                    + ": repeat the command with it, or choose another --output");
        }
    }

    private static void requireFinished(BatchPlan plan, BatchLedger ledger, BatchSurvey survey) throws IOException {
        LongFlags failed = new LongFlags();
        WrittenLines.readAndMend(plan.errors(), line -> line.id().ifPresent(id -> failed.add(id.content(), WRITTEN)));
        long settled = survey.answered();
        try (BatchFile file = BatchFile.open(plan.input(), plan.routeOrNull())) {
            for (Optional<BatchEntry> entry = file.next(); entry.isPresent(); entry = file.next()) {
                if (entry.get() instanceof BatchEntry.Valid line && !ledger.isAnswered(line.content())
                        && failed.get(line.content()) != 0) {
                    settled++;
                }
            }
        }
        if (settled < survey.valid()) {
            throw SubmitException
                    .badInput((survey.valid() - settled) + " lines have no final answer yet: finish first, by giving the command"
                            + " without --retry-errors");
        }
    }

    private static void mend(Path path, BatchLedger ledger, LongFlags customIds, BatchReporter reporter) throws IOException {
        long torn = WrittenLines.readAndMend(path, line -> {
            line.id().ifPresent(id -> {
                ledger.markAnswered(id.content());
                line.customId().ifPresent(customId -> customIds.add(Hashes.of(customId), WRITTEN));
            });
        });
        if (torn > 0) {
            reporter.notice("cut " + torn + " bytes of a half-written last line off " + path + "; its answer is read again");
        }
    }

    /** The output has one answer per custom_id: the one to the body the input has now. Answers paid for earlier are kept aside. */
    private static void moveChanged(BatchPlan plan, Set<String> changed, BatchReporter reporter) throws IOException {
        if (changed.isEmpty()) {
            return;
        }
        Path superseded = sibling(plan.output(), ".superseded");
        Path next = sibling(plan.output(), ".tmp");
        Files.deleteIfExists(next);
        try (AnswerFile aside = new AnswerFile(superseded); AnswerFile kept = new AnswerFile(next)) {
            WrittenLines.copy(plan.output(), line -> !isCurrent(line, changed), aside);
            WrittenLines.copy(plan.output(), line -> isCurrent(line, changed), kept);
        }
        WrittenLines.replace(plan.output(), next);
        reporter.notice(changed.size() + " lines have another body than the one that was answered and are sent again ("
                + changed.stream().sorted().limit(5).collect(Collectors.joining(", ")) + (changed.size() > 5 ? ", ..." : "")
                + "); their earlier answers are in " + superseded);
    }

    private static boolean isCurrent(WrittenLine line, Set<String> changed) {
        return line.customId().filter(changed::contains).isEmpty();
    }

    private static void tell(SubmitState earlier, BatchSurvey survey, BatchReporter reporter) {
        boolean sameInput = earlier.inputHash().equals(survey.hash());
        reporter.notice("going on with an earlier run: " + survey.answered() + " of " + survey.valid() + " lines are answered"
                + (sameInput ? "" : "; the input file has changed since"));
    }

    private static Path sibling(Path path, String suffix) {
        return path.resolveSibling(path.getFileName() + suffix);
    }
}
