/** The only place that talks to the network of providers: one call in, one complete answer or one truthful failure out. */
@NullMarked
package io.spillway.worker.http;

import org.jspecify.annotations.NullMarked;
