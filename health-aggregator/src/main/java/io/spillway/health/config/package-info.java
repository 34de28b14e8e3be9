/** What an operator may set on an aggregator instance. */
@NullMarked
package io.spillway.health.config;

import org.jspecify.annotations.NullMarked;
