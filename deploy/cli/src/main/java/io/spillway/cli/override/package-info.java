/**
 * Changes of single deployments past the catalogue file: rotating credentials, emergency overrides, and the audit records that
 * say who made them and why.
 */
@NullMarked
package io.spillway.cli.override;

import org.jspecify.annotations.NullMarked;
