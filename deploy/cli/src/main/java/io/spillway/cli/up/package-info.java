/** {@code spillway up}: the all-in-one stack for one machine. */
@NullMarked
package io.spillway.cli.up;

import org.jspecify.annotations.NullMarked;
