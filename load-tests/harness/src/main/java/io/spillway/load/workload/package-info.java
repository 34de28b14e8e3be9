/** What a run sends, decided before it begins: rates, arrival times, prompts, outages. */
@NullMarked
package io.spillway.load.workload;

import org.jspecify.annotations.NullMarked;
