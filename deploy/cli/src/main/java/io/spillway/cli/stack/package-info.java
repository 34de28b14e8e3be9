/** Everything in one process: broker, schema registry, router, health-aggregator and workers, for one machine. */
@NullMarked
package io.spillway.cli.stack;

import org.jspecify.annotations.NullMarked;
