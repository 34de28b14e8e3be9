package io.spillway.load.workload;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * An incident that a provider published.
 *
 * @param level 0 no impact, 1 minor, 2 major, 3 critical
 */
public record Incident(String provider, Instant start, Instant end, int level) {

    private static final String HEADER = "provider,start,end,impact_level";

    /**
     * Reads a CSV file with the columns provider, start, end and impact_level; incidents without impact or length are left out.
     *
     * @throws IllegalArgumentException naming the line that is wrong
     */
    public static List<Incident> read(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        if (lines.isEmpty() || !lines.getFirst().strip().equals(HEADER)) {
            throw new IllegalArgumentException(file + ": the first line must be " + HEADER);
        }
        List<Incident> incidents = new ArrayList<>();
        for (int i = 1; i < lines.size(); i++) {
            if (!lines.get(i).isBlank()) {
                incidents.add(parse(lines.get(i), file + ":" + (i + 1)));
            }
        }
        incidents.removeIf(incident -> incident.level() == 0 || !incident.end().isAfter(incident.start()));
        incidents.sort(Comparator.comparing(Incident::start));
        return incidents;
    }

    private static Incident parse(String line, String place) {
        List<String> fields = List.of(line.strip().split(",", -1));
        try {
            return new Incident(fields.get(0), Instant.parse(fields.get(1)), Instant.parse(fields.get(2)),
                    Integer.parseInt(fields.get(3)));
        } catch (IndexOutOfBoundsException | DateTimeParseException | NumberFormatException e) {
            throw new IllegalArgumentException(place + ": '" + line + "' is not " + HEADER, e);
        }
    }
}
