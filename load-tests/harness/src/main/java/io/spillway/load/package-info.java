/** The command load-tests/run. */
@NullMarked
package io.spillway.load;

import org.jspecify.annotations.NullMarked;
