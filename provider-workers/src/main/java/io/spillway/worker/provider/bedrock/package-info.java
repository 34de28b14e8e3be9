/**
 * AWS Bedrock's Converse API, whole and streamed: one shape for the models of many makers, signed with SigV4 or called with an
 * API key. PROVIDERS.md in this module lists its settings and what cannot be translated.
 */
@NullMarked
package io.spillway.worker.provider.bedrock;

import org.jspecify.annotations.NullMarked;
