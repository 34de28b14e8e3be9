/**
 * The OpenAI chat-completions dialect, spoken by OpenAI itself and by everything that calls itself compatible. Where such a
 * server differs, the catalogue declares it as a setting; PROVIDERS.md in this module lists them all.
 */
@NullMarked
package io.spillway.worker.provider.openai;

import org.jspecify.annotations.NullMarked;
