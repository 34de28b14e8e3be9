package io.spillway.load.report;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Draws a plot as inline SVG: no scripts, no fonts, nothing to load. */
final class SvgPlot {

    private static final int WIDTH = 860;
    private static final int HEIGHT = 300;
    private static final int LEFT = 64;
    private static final int RIGHT = 16;
    private static final int TOP = 28;
    private static final int BOTTOM = 44;
    private static final int TICKS = 5;
    private static final List<String> COLOURS = List.of("#1f6fb2", "#d1602a", "#3a8f4b", "#8a4fb0", "#a88b1c", "#555555");

    private final Plot plot;
    private final double left;
    private final double right;
    private final double top;
    private final StringBuilder svg = new StringBuilder();

    private SvgPlot(Plot plot) {
        this.plot = plot;
        this.left = extreme(Plot.Point::x, true);
        this.right = Math.max(left + 1e-9, extreme(Plot.Point::x, false));
        this.top = Math.max(1e-9, extreme(Plot.Point::y, false) * 1.05);
    }

    static String of(Plot plot) {
        return new SvgPlot(plot).draw();
    }

    private String draw() {
        svg.append(String.format(Locale.ROOT, "<svg viewBox='0 0 %d %d' width='%d' role='img'>", WIDTH, HEIGHT, WIDTH));
        axes();
        for (Plot.Mark mark : plot.marks()) {
            if (mark.x() >= left && mark.x() <= right) {
                svg.append(String.format(Locale.ROOT,
                        "<line x1='%.1f' x2='%.1f' y1='%d' y2='%d' stroke='#c33' stroke-dasharray='3 3'><title>%s</title></line>",
                        x(mark.x()), x(mark.x()), TOP, HEIGHT - BOTTOM, HtmlReport.escape(mark.word())));
            }
        }
        for (int i = 0; i < plot.lines().size(); i++) {
            line(plot.lines().get(i), COLOURS.get(i % COLOURS.size()), i);
        }
        return svg.append("</svg>").toString();
    }

    private void axes() {
        for (int i = 0; i <= TICKS; i++) {
            double yValue = top * i / TICKS;
            double xValue = left + (right - left) * i / TICKS;
            svg.append(String.format(Locale.ROOT, "<line x1='%d' x2='%d' y1='%.1f' y2='%.1f' stroke='#ddd'/>", LEFT,
                    WIDTH - RIGHT, y(yValue), y(yValue)));
            svg.append(String.format(Locale.ROOT, "<text x='%d' y='%.1f' text-anchor='end'>%s</text>", LEFT - 6, y(yValue) + 4,
                    number(yValue)));
            svg.append(String.format(Locale.ROOT, "<text x='%.1f' y='%d' text-anchor='middle'>%s</text>", x(xValue),
                    HEIGHT - BOTTOM + 16,
                    number(xValue)));
        }
        svg.append(String.format(Locale.ROOT, "<text x='%d' y='%d' text-anchor='middle'>%s</text>", (LEFT + WIDTH - RIGHT) / 2,
                HEIGHT - 8,
                HtmlReport.escape(plot.xLabel())));
        svg.append(String.format(Locale.ROOT, "<text x='%d' y='%d' text-anchor='end'>%s</text>", LEFT - 6, TOP - 12,
                HtmlReport.escape(plot.yLabel())));
    }

    private void line(Plot.Line line, String colour, int position) {
        StringBuilder points = new StringBuilder();
        for (Plot.Point point : line.points()) {
            points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(point.x()), y(point.y())));
        }
        svg.append(String.format(Locale.ROOT, "<polyline fill='none' stroke='%s' stroke-width='1.6' points='%s'/>", colour,
                points.toString().strip()));
        svg.append(String.format(Locale.ROOT, "<text x='%d' y='%d' fill='%s'>%s</text>", LEFT + 10 + position * 190, TOP - 12,
                colour,
                HtmlReport.escape(line.name())));
    }

    private double x(double value) {
        return LEFT + (value - left) / (right - left) * (WIDTH - LEFT - RIGHT);
    }

    private double y(double value) {
        return HEIGHT - BOTTOM - value / top * (HEIGHT - TOP - BOTTOM);
    }

    private double extreme(ToDoubleFunction<Plot.Point> axis, boolean least) {
        var values = plot.lines().stream().flatMap(line -> line.points().stream()).mapToDouble(axis);
        return (least ? values.min() : values.max()).orElse(0);
    }

    private static String number(double value) {
        return value >= 100
                ? String.format(Locale.ROOT, "%.0f", value)
                : value >= 10 ? String.format(Locale.ROOT, "%.1f", value) : String.format(Locale.ROOT, "%.2f", value);
    }

}
