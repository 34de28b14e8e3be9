/**
 * Mistral's chat completions: close to OpenAI's, but every field that is not its own is an error, tool call ids have exactly nine
 * characters, and the order of roles is checked.
 */
@NullMarked
package io.spillway.worker.provider.mistral;

import org.jspecify.annotations.NullMarked;
