package io.spillway.load.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.spillway.load.history.Findings;

/**
 * What a scenario found.
 *
 * @param measures named figures, by the names they have in the JSON
 * @param notes what a reader must know to read the figures right
 * @param rows what became of rows of the fault matrix
 */
public record ScenarioResult(Findings findings, Map<String, Double> measures, List<Distribution> distributions, List<Plot> plots,
        List<String> notes, List<MatrixRow> rows) {

    /** Without rows of the fault matrix. */
    public ScenarioResult(Findings findings, Map<String, Double> measures, List<Distribution> distributions, List<Plot> plots,
            List<String> notes) {
        this(findings, measures, distributions, plots, notes, List.of());
    }

    public ScenarioResult {
        rows = List.copyOf(rows);
        measures = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(measures));
        distributions = List.copyOf(distributions);
        plots = List.copyOf(plots);
        notes = List.copyOf(notes);
    }

    /** The same with further plots. */
    public ScenarioResult withPlots(List<Plot> more) {
        List<Plot> all = new ArrayList<>(plots);
        all.addAll(more);
        return new ScenarioResult(findings, measures, distributions, all, notes);
    }

    /** All plots: those of the scenario, and the latency curves. */
    List<Plot> allPlots() {
        List<Plot> all = new ArrayList<>(plots);
        if (!distributions.isEmpty()) {
            all.add(Distribution.plot(distributions));
        }
        return all;
    }
}
