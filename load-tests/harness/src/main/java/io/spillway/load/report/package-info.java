/** Results as JSON and as a self-contained HTML page. */
@NullMarked
package io.spillway.load.report;

import org.jspecify.annotations.NullMarked;
