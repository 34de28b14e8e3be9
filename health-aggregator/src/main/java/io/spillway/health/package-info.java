/** The health aggregator: judges every deployment from what the workers report. */
@NullMarked
package io.spillway.health;

import org.jspecify.annotations.NullMarked;
