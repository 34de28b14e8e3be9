/** Clients for tests of the simulator: one that speaks correct HTTP, one that shows raw bytes. */
@org.jspecify.annotations.NullMarked
package io.spillway.simulator.testing;
