/** The demo: a batch through an embedded broker while the primary provider goes down and comes back. */
@NullMarked
package io.spillway.cli.demo;

import org.jspecify.annotations.NullMarked;
