/** The worker process: wiring, configuration file and exit codes. */
@NullMarked
package io.spillway.worker;

import org.jspecify.annotations.NullMarked;
