package io.spillway.cli.submit;

import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What is in an input file, found before anything is sent.
 *
 * @param valid lines that can be sent
 * @param bad lines that cannot
 * @param answered valid lines whose answers are in the files
 * @param changed custom_ids whose answers in the output belong to another body
 * @param hash SHA-256 of the file
 */
record BatchSurvey(long valid, long bad, long answered, Set<String> changed, String hash) {

    /** Takes note of a bad line; may write to a file. */
    @FunctionalInterface
    interface BadLines {
        void accept(BatchEntry.Bad bad) throws IOException;
    }

    /**
     * Reads the whole file.
     *
     * @param ledger knows the answered lines, and is told every valid line
     * @param written hashes of the custom_ids in the output and error files
     */
    static BatchSurvey of(BatchPlan plan, BatchLedger ledger, LongFlags written, BadLines badLines) throws IOException {
        long valid = 0;
        long bad = 0;
        long answered = 0;
        Set<String> changed = new HashSet<>();
        try (BatchFile file = BatchFile.open(plan.input(), plan.routeOrNull())) {
            for (Optional<BatchEntry> entry = file.next(); entry.isPresent(); entry = file.next()) {
                switch (entry.get()) {
                    case BatchEntry.Bad line -> {
                        bad++;
                        badLines.accept(line);
                    }
                    case BatchEntry.Valid line -> {
                        valid++;
                        long content = line.content();
                        ledger.expect(content);
                        if (ledger.isAnswered(content)) {
                            answered++;
                        } else if (written.get(Hashes.of(line.customId())) != 0) {
                            changed.add(line.customId());
                        }
                    }
                }
            }
            return new BatchSurvey(valid, bad, answered, changed, file.digest());
        }
    }
}
