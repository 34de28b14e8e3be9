/**
 * The operator's YAML file: read with the line of every value, checked as a whole, and turned into the records of the
 * catalogue topic. Start reading at {@link io.spillway.cli.config.CatalogueFile}.
 */
@NullMarked
package io.spillway.cli.config;

import org.jspecify.annotations.NullMarked;
