/** The router's configuration: one immutable value, checked as a whole. */
@NullMarked
package io.spillway.router.config;

import org.jspecify.annotations.NullMarked;
