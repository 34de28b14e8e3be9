/**
 * From an attempt on a topic to a call and back: intake with commit on start, limits, leases, results and telemetry. Offsets are
 * committed when a start is acknowledged, so a long call blocks nothing and a crash loses only calls in flight.
 */
@NullMarked
package io.spillway.worker.consume;

import org.jspecify.annotations.NullMarked;
