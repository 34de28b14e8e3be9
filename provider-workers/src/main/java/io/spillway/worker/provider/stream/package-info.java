/**
 * What the dialects share to read streamed answers: finding events in bytes that arrive cut anywhere, joining their fragments, and
 * the rule that a stream which does not make sense, or does not end as it should, is no answer.
 */
@NullMarked
package io.spillway.worker.provider.stream;

import org.jspecify.annotations.NullMarked;
