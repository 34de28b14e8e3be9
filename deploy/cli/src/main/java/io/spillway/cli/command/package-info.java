/** What every command shares: its common options, the way to Kafka and the registry, and how a command fails. */
@NullMarked
package io.spillway.cli.command;

import org.jspecify.annotations.NullMarked;
