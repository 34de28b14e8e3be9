/**
 * Publishes a catalogue file to the catalogue topic: {@code spillway check} and {@code spillway apply}. Start reading at
 * {@link io.spillway.cli.apply.CatalogueApplier}.
 */
@NullMarked
package io.spillway.cli.apply;

import org.jspecify.annotations.NullMarked;
