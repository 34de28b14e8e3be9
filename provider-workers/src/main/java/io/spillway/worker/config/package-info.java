/** What an operator can set, parsed and checked as a whole before anything starts. */
@NullMarked
package io.spillway.worker.config;

import org.jspecify.annotations.NullMarked;
