/** What happened in a run, and the checker that compares it with Spillway's promises. Pure: no clock, no IO. */
@NullMarked
package io.spillway.load.history;

import org.jspecify.annotations.NullMarked;
