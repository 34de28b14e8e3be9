/** {@code spillway status}: the deployments as the routers see them, in one table. */
@NullMarked
package io.spillway.cli.status;

import org.jspecify.annotations.NullMarked;
