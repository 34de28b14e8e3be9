package io.spillway.cli.submit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A batch file read as a whole, for programs that send it themselves.
 *
 * @param requests the valid lines in order, with request ids {@code <prefix>-<line>} and the custom_id as key
 * @param badLines a sentence for every line that cannot be asked
 */
public record BatchInput(List<OutgoingRequest> requests, List<String> badLines) {

    public BatchInput {
        requests = List.copyOf(requests);
        badLines = List.copyOf(badLines);
    }

    /**
     * Reads a file.
     *
     * @param route the route every request asks for, whatever model its line names
     * @param headers further headers of every request
     */
    public static BatchInput read(Path file, String idPrefix, String route, Map<String, String> headers) throws IOException {
        List<OutgoingRequest> requests = new ArrayList<>();
        List<String> badLines = new ArrayList<>();
        try (BatchFile batch = BatchFile.open(file, route)) {
            for (Optional<BatchEntry> entry = batch.next(); entry.isPresent(); entry = batch.next()) {
                switch (entry.get()) {
                    case BatchEntry.Valid line ->
                        requests.add(new OutgoingRequest(idPrefix + "-" + line.line(), line.customId(), line.body(), headers));
                    case BatchEntry.Bad bad -> badLines.add(bad.sentence());
                }
            }
        }
        return new BatchInput(requests, badLines);
    }
}
