/** {@code spillway explain}: the story of one request, told from the router's decision records. */
@NullMarked
package io.spillway.cli.explain;

import org.jspecify.annotations.NullMarked;
