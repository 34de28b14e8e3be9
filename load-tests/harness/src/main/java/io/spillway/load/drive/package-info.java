/** Sends a planned load on schedule, reads what comes back, and keeps the record of both. */
@NullMarked
package io.spillway.load.drive;

import org.jspecify.annotations.NullMarked;
