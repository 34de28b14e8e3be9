/** What processes use, sampled over time, and whether it grows. */
@NullMarked
package io.spillway.load.measure;

import org.jspecify.annotations.NullMarked;
