/** JMH benchmarks of what happens once per request: the routing decision, the token count, reading and writing records. */
@NullMarked
package io.spillway.benchmark;

import org.jspecify.annotations.NullMarked;
