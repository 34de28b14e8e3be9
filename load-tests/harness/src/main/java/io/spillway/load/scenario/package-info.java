/** The scenarios of load-tests/run: what is set up, what is done to it, what is measured. */
@NullMarked
package io.spillway.load.scenario;

import org.jspecify.annotations.NullMarked;
