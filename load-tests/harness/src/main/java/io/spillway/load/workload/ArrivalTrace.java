package io.spillway.load.workload;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/** Arrival times and sizes of requests that people really sent, from a CSV file with TIMESTAMP, ContextTokens and GeneratedTokens. */
public final class ArrivalTrace {

    private static final String HEADER = "TIMESTAMP,ContextTokens,GeneratedTokens";
    private static final int BYTES_PER_TOKEN = 4;
    /** Room for an answer that quotes the request. */
    private static final int FEWEST_TOKENS = 64;

    private ArrivalTrace() {}

    /**
     * The beginning of a trace, played faster or slower until it has the wanted mean rate.
     *
     * @throws IllegalArgumentException naming the line that is wrong
     */
    public static List<PlannedRequest> plan(Path file, double rate, Duration length) throws IOException {
        List<PlannedRequest> real = read(file, (int) Math.ceil(rate * length.toSeconds() * 1.5) + 1);
        if (real.size() < 2) {
            throw new IllegalArgumentException(file + ": holds too few arrivals");
        }
        double realRate = (real.size() - 1) / (real.getLast().atNanos() / 1e9);
        List<PlannedRequest> plan = new ArrayList<>();
        for (PlannedRequest request : real) {
            long at = (long) (request.atNanos() * (realRate / rate));
            if (at < length.toNanos()) {
                plan.add(new PlannedRequest(request.index(), request.index(), at, false, request.promptBytes(),
                        request.maxTokens()));
            }
        }
        return List.copyOf(plan);
    }

    private static List<PlannedRequest> read(Path file, int most) throws IOException {
        List<PlannedRequest> requests = new ArrayList<>();
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            String header = reader.readLine();
            if (header == null || !header.strip().equals(HEADER)) {
                throw new IllegalArgumentException(file + ": the first line must be " + HEADER);
            }
            @Nullable
            LocalDateTime first = null;
            for (String line = reader.readLine(); line != null && requests.size() < most; line = reader.readLine()) {
                String place = file + ":" + (requests.size() + 2);
                List<String> fields = List.of(line.strip().split(",", -1));
                try {
                    LocalDateTime at = LocalDateTime.parse(fields.get(0).replace(' ', 'T'));
                    first = first == null ? at : first;
                    requests.add(
                            new PlannedRequest(requests.size(), requests.size(), Duration.between(first, at).toNanos(), false,
                                    Integer.parseInt(fields.get(1)) * BYTES_PER_TOKEN,
                                    Math.max(FEWEST_TOKENS, Integer.parseInt(fields.get(2)))));
                } catch (IndexOutOfBoundsException | DateTimeParseException | NumberFormatException e) {
                    throw new IllegalArgumentException(place + ": '" + line + "' is not " + HEADER, e);
                }
            }
        }
        return requests;
    }
}
