/** Starting and stopping the aggregator, and what must be true of the cluster before. */
@NullMarked
package io.spillway.health.runtime;

import org.jspecify.annotations.NullMarked;
