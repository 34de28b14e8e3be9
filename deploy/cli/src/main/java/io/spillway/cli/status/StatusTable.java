package io.spillway.cli.status;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.spillway.contract.CatalogueSnapshot;
import io.spillway.contract.DeploymentStates;
import io.spillway.v1.DeploymentEntry;
import io.spillway.v1.DeploymentState;

/** The state of all deployments as text. Pure. */
public final class StatusTable {

    private static final List<String> TITLES = List.of("DEPLOYMENT", "PROVIDER", "MODEL", "BREAKER", "ERRORS", "P50", "P99",
            "LOAD",
            "RESTS UNTIL", "AGE", "REASON");
    private static final String NOTHING = "-";
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
    private static final int PERCENT = 100;

    private StatusTable() {}

    /** The table with a line about the catalogue above it. */
    public static List<String> lines(CatalogueSnapshot catalogue, DeploymentStates states, Instant now, ZoneId zone) {
        List<DeploymentRow> rows = DeploymentRow.of(catalogue, states, now);
        List<List<String>> cells = new ArrayList<>();
        cells.add(TITLES);
        rows.forEach(row -> cells.add(cells(row, now, zone)));
        List<String> lines = new ArrayList<>();
        lines.add(headline(catalogue, states, now, zone));
        if (rows.isEmpty()) {
            return lines;
        }
        lines.addAll(aligned(cells));
        long stale = rows.stream().filter(DeploymentRow::isStale).count();
        if (stale > 0) {
            lines.add("STALE: " + stale + " of " + rows.size() + " states are older than " + DeploymentRow.STALE.toSeconds()
                    + " s and routers treat them as unknown: is the health-aggregator running?");
        }
        return lines;
    }

    private static String headline(CatalogueSnapshot catalogue, DeploymentStates states, Instant now, ZoneId zone) {
        String time = CLOCK.format(now.atZone(zone));
        if (catalogue.revision() == 0) {
            return time + "  no catalogue yet: publish one with 'spillway apply'";
        }
        return time + "  catalogue revision " + catalogue.revision() + ", " + count(catalogue.providers().size(), "provider")
                + ", "
                + count(catalogue.deployments().size(), "deployment") + ", " + count(catalogue.routes().size(), "route")
                + "; state version " + states.version();
    }

    private static List<String> cells(DeploymentRow row, Instant now, ZoneId zone) {
        Optional<DeploymentState> state = row.state();
        return List.of(row.id(), row.entry().map(DeploymentEntry::getProvider).orElse("(removed)"),
                row.entry().map(DeploymentEntry::getModel).orElse(NOTHING), breaker(row),
                state.map(StatusTable::errors).orElse(NOTHING),
                state.map(judged -> millis(judged.getP50Millis())).orElse(NOTHING),
                state.map(judged -> millis(judged.getP99Millis())).orElse(NOTHING), state.map(StatusTable::load).orElse(NOTHING),
                row.restsUntil(now).map(until -> rest(until, now, zone)).orElse(NOTHING), age(row), reason(row));
    }

    private static String breaker(DeploymentRow row) {
        String breaker = row.state().map(judged -> judged.getBreaker().name()).orElse(NOTHING);
        return row.isDrained() ? breaker + " DRAINED" : breaker;
    }

    private static String errors(DeploymentState state) {
        if (state.getSamples() == 0) {
            return "n=0";
        }
        return String.format(Locale.ROOT, "%.1f%% n=%d", state.getErrorRate() * PERCENT, state.getSamples());
    }

    private static String load(DeploymentState state) {
        String load = state.getInFlight() + "/" + state.getConcurrencyLimit();
        return state.getQueued() > 0 ? load + " +" + state.getQueued() + " queued" : load;
    }

    private static String rest(Instant until, Instant now, ZoneId zone) {
        return CLOCK.format(until.atZone(zone)) + " (" + words(Duration.between(now, until)) + ")";
    }

    private static String age(DeploymentRow row) {
        String age = row.age().map(StatusTable::words).orElse(NOTHING);
        return row.isStale() ? age + " STALE" : age;
    }

    private static String reason(DeploymentRow row) {
        if (row.state().isEmpty()) {
            return "not called yet";
        }
        String reason = row.state().get().getReason();
        return reason.isBlank() ? NOTHING : reason;
    }

    private static String millis(@Nullable Long millis) {
        return millis == null
                ? NOTHING
                : millis < 10_000 ? millis + " ms" : String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
    }

    private static String words(Duration duration) {
        long seconds = Math.max(0, duration.toSeconds());
        return seconds < 120 ? seconds + " s" : seconds < 7200 ? seconds / 60 + " min" : seconds / 3600 + " h";
    }

    private static String count(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private static List<String> aligned(List<List<String>> rows) {
        int[] widths = new int[TITLES.size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                line.append(row.get(i)).repeat(' ', widths[i] - row.get(i).length() + 2);
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }
}
