/** Cohere's chat API, version 2: OpenAI's roles and tools under names of its own, answers in blocks, counts as decimal numbers. */
@NullMarked
package io.spillway.worker.provider.cohere;

import org.jspecify.annotations.NullMarked;
