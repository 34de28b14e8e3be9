package io.spillway.load.report;

import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.spillway.load.history.Evidence;
import io.spillway.load.history.Verdict;

/** Writes a run as one HTML page with everything inside. */
final class HtmlReport {

    private static final String STYLE = """
            body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:900px;padding:0 1rem;color:#222}
            table{border-collapse:collapse;margin:.5rem 0 1.2rem}td,th{padding:.2rem .8rem .2rem 0;text-align:left;vertical-align:top}
            td.n{text-align:right;font-variant-numeric:tabular-nums}svg{font:11px system-ui,sans-serif;max-width:100%;height:auto}
            .bad{color:#b00020;font-weight:600}.good{color:#1d7a35;font-weight:600}pre,code{background:#f4f4f4;padding:.1rem .3rem}
            pre{padding:.8rem;overflow:auto}
            """;

    private HtmlReport() {}

    static String of(RunReport report) {
        String title = "Spillway load test: " + escape(report.scenario());
        StringBuilder html = new StringBuilder("<!doctype html><html lang='en'><head><meta charset='utf-8'><title>").append(title)
                .append("</title><style>").append(STYLE).append("</style></head><body><h1>").append(title).append("</h1>");
        boolean clean = report.result().findings().isClean();
        html.append(clean
                ? "<p class='good'>No promise was seen broken.</p>"
                : "<p class='bad'>Promises were broken, see the verdicts.</p>");
        report.result().notes().forEach(note -> html.append("<p>").append(escape(note)).append("</p>"));
        measures(html, report.result().measures());
        verdicts(html, report);
        rows(html, report.result().rows());
        latencies(html, report.result().distributions());
        for (Plot plot : report.result().allPlots()) {
            html.append("<h2>").append(escape(plot.title())).append("</h2>").append(SvgPlot.of(plot));
        }
        environment(html, report);
        return html.append("</body></html>\n").toString();
    }

    static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("'", "&#39;").replace("\"", "&quot;");
    }

    private static void measures(StringBuilder html, Map<String, Double> measures) {
        html.append("<h2>Measures</h2><table>");
        measures.forEach((name, value) -> html.append("<tr><td>").append(escape(name)).append("</td><td class='n'>")
                .append(String.format(Locale.ROOT, "%,.3f", value)).append("</td></tr>"));
        html.append("</table>");
    }

    private static void rows(StringBuilder html, List<MatrixRow> rows) {
        if (rows.isEmpty()) {
            return;
        }
        html.append("<h2>Fault matrix</h2><table>");
        for (MatrixRow row : rows) {
            html.append("<tr><td class='n'>").append(row.row()).append("</td><td>").append(escape(row.fault()))
                    .append("</td><td class='").append(row.outcome() == MatrixRow.Outcome.FAILED ? "bad" : "").append("'>")
                    .append(row.word()).append("</td><td>")
                    .append(escape(String.join("; ", row.why().isEmpty() ? row.evidence() : row.why()))).append("</td></tr>");
        }
        html.append("</table>");
    }

    private static void verdicts(StringBuilder html, RunReport report) {
        html.append("<h2>Verdicts</h2><table>");
        for (Map.Entry<Verdict, List<Evidence>> entry : report.result().findings().verdicts().entrySet()) {
            boolean unchecked = report.result().findings().unchecked().contains(entry.getKey());
            html.append("<tr><td>").append(entry.getKey()).append("</td><td>");
            if (unchecked) {
                html.append("not checked");
            } else if (entry.getValue().isEmpty()) {
                html.append("<span class='good'>none</span>");
            } else {
                html.append("<span class='bad'>").append(entry.getValue().size()).append("</span><br>");
                entry.getValue().stream().limit(10).forEach(evidence -> html.append("<code>").append(escape(evidence.requestId()))
                        .append("</code> ").append(escape(evidence.detail())).append(" ")
                        .append(escape(String.join(", ", evidence.where()))).append("<br>"));
            }
            html.append("</td></tr>");
        }
        html.append("</table><p>").append(escape(report.result().findings().counts().toString())).append("</p>");
    }

    private static void latencies(StringBuilder html, List<Distribution> distributions) {
        if (distributions.isEmpty()) {
            return;
        }
        html.append("<h2>Latencies, ms</h2><table><tr><th></th><th>count</th><th>p50</th><th>p90</th><th>p99</th><th>p99.9</th>"
                + "<th>max</th></tr>");
        for (Distribution distribution : distributions) {
            html.append(String.format(Locale.ROOT,
                    "<tr><td>%s</td><td class='n'>%d</td><td class='n'>%.2f</td><td class='n'>%.2f</td><td class='n'>%.2f</td>"
                            + "<td class='n'>%.2f</td><td class='n'>%.2f</td></tr>",
                    escape(distribution.name()), distribution.micros().getTotalCount(), distribution.millisAt(50),
                    distribution.millisAt(90), distribution.millisAt(99), distribution.millisAt(99.9),
                    distribution.micros().getMaxValue() / 1000.0));
        }
        html.append("</table>");
    }

    private static void environment(StringBuilder html, RunReport report) {
        html.append("<h2>This run</h2><table>");
        row(html, "repeat it with", report.replay());
        row(html, "seed", Long.toString(report.seed()));
        row(html, "started", report.startedAt().toString());
        row(html, "commit", report.environment().commit());
        report.environment().machine().forEach((name, value) -> row(html, name, value));
        report.environment().versions().forEach((name, value) -> row(html, name, value));
        html.append("</table><pre>").append(escape(report.workload())).append("</pre>");
    }

    private static void row(StringBuilder html, String name, String value) {
        html.append("<tr><td>").append(escape(name)).append("</td><td><code>").append(escape(value)).append("</code></td></tr>");
    }
}
