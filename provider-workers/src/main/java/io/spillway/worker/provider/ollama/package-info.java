/**
 * Ollama's own chat API. Unlike its OpenAI-compatible one it can be told to refuse a prompt that does not fit instead of cutting
 * it silently, and how large the window is to be.
 */
@NullMarked
package io.spillway.worker.provider.ollama;

import org.jspecify.annotations.NullMarked;
