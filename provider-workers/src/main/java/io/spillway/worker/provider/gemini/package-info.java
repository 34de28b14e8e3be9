/**
 * Google's generateContent, on both surfaces: the Gemini API with an API key, and Vertex AI with an access token. The bodies
 * are the same; address, authentication and what a file URI may be differ, and {@code Surface} holds these differences.
 */
@NullMarked
package io.spillway.worker.provider.gemini;

import org.jspecify.annotations.NullMarked;
