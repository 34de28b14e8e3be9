/**
 * The Anthropic Messages dialect, in both of its API versions. PROVIDERS.md in this module lists its settings and what cannot be
 * translated.
 */
@NullMarked
package io.spillway.worker.provider.anthropic;

import org.jspecify.annotations.NullMarked;
