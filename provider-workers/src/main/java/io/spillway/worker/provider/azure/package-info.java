/**
 * Azure OpenAI: OpenAI's dialect at Azure's addresses, with Azure's credentials and content filters. Both generations of the
 * interface, the dated one with a deployment in the path and the undated v1.
 */
@NullMarked
package io.spillway.worker.provider.azure;

import org.jspecify.annotations.NullMarked;
