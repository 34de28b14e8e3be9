package io.spillway.load.measure;

import java.util.Map;

/**
 * What a process uses at one time.
 *
 * @param hours since the sampling began
 * @param values by quantity; what this machine cannot tell is absent
 */
public record ProcessSample(double hours, Map<Quantity, Double> values) {

    /** What is measured. */
    public enum Quantity {
        /** Memory the operating system keeps resident for the process, in MiB; on Linux only. */
        RSS("Rss", "MiB"),
        /** Heap in use as the process says, garbage included, in MiB. */
        HEAP_USED("HeapUsed", "MiB"),
        /** Heap in use right after a collection that was asked for, in MiB. Only in some samples: it stops the process. */
        LIVE_HEAP("LiveHeap", "MiB"),
        /** Platform threads. */
        THREADS("Threads", ""),
        /** Open file descriptors. */
        DESCRIPTORS("Descriptors", "");

        private final String word;
        private final String unit;

        Quantity(String word, String unit) {
            this.word = word;
            this.unit = unit;
        }

        /** Part of the names of measures. */
        public String word() {
            return word;
        }

        /** Also part of those names; empty for counts. */
        public String unit() {
            return unit;
        }
    }

    public ProcessSample {
        values = Map.copyOf(values);
    }
}
