/** The system under test: simulated providers, a broker, and Spillway's applications inside or as processes that can be killed. */
@NullMarked
package io.spillway.load.rig;

import org.jspecify.annotations.NullMarked;
