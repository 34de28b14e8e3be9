/** Reading an application's properties: every problem at once, each with its key, value and remedy. */
@NullMarked
package io.spillway.contract.settings;

import org.jspecify.annotations.NullMarked;
