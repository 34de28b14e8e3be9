/** The {@code spillway} command: {@link io.spillway.cli.SpillwayCommand} has the main method, every command is a class of its own. */
@NullMarked
package io.spillway.cli;

import org.jspecify.annotations.NullMarked;
