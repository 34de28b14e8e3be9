package io.spillway.load.report;

import java.util.List;

/**
 * A plot of lines over a common axis.
 *
 * @param marks vertical lines with a word each
 */
public record Plot(String title, String xLabel, String yLabel, List<Line> lines, List<Mark> marks) {

    /** Points in order of x. */
    public record Line(String name, List<Point> points) {
        public Line {
            points = List.copyOf(points);
        }
    }

    public record Point(double x, double y) {}

    public record Mark(double x, String word) {}

    public Plot {
        lines = List.copyOf(lines);
        marks = List.copyOf(marks);
    }
}
