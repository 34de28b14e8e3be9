/** Starting and stopping the router: Kafka Streams, the followed tables, start-up checks. */
@NullMarked
package io.spillway.router.runtime;

import org.jspecify.annotations.NullMarked;
