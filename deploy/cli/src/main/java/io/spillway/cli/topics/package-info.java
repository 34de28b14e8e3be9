/**
 * Creates the topics and registers the schemas a cluster needs, and checks those that exist. Start reading at
 * {@link io.spillway.cli.topics.TopicAdmin}.
 */
@NullMarked
package io.spillway.cli.topics;

import org.jspecify.annotations.NullMarked;
