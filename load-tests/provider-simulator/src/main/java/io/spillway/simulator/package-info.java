/**
 * Imitated model providers for tests, demos and load tests: they speak the real wire formats, can be told to fail in every way real ones
 * do, and keep the log of paid calls that everything else is judged by. Start at {@link io.spillway.simulator.SimulatedProvider}.
 */
@org.jspecify.annotations.NullMarked
package io.spillway.simulator;
