/**
 * The worker's rules as plain values: how many calls at once, how fast, when an attempt is too late, which offsets may be
 * committed. No IO and no clocks: every instant is an argument. Durations and instants of the monotonic clock are milliseconds.
 */
@NullMarked
package io.spillway.worker.domain;

import org.jspecify.annotations.NullMarked;
