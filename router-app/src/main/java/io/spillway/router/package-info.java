/** The router application. */
@NullMarked
package io.spillway.router;

import org.jspecify.annotations.NullMarked;
