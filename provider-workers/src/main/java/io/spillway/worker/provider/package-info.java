/**
 * Pure translation between the contract's records and the wire dialects of providers: no IO, no clocks. One package per
 * dialect; every dialect passes the same contract test.
 */
@NullMarked
package io.spillway.worker.provider;

import org.jspecify.annotations.NullMarked;
