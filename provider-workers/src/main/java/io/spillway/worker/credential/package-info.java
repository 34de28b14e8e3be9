/** Secrets: resolved from references by the worker alone, never printed, logged or serialised. */
@NullMarked
package io.spillway.worker.credential;

import org.jspecify.annotations.NullMarked;
