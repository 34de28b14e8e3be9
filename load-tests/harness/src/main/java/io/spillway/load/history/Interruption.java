package io.spillway.load.history;

/**
 * A process was killed or stopped. A call in flight at that moment may be made once more.
 *
 * @param what which process, and what was done to it
 * @param atNanos since the run began
 */
public record Interruption(String what, long atNanos) {}
