/**
 * The wire formats of the imitated APIs: one {@link io.spillway.simulator.dialect.Dialect} per API family reads its requests into a
 * neutral {@link io.spillway.simulator.dialect.ChatCall} and words answers, streams, errors and headers as the real API does. Decides
 * nothing: whether a call succeeds, and with what text, is the caller's business.
 */
@org.jspecify.annotations.NullMarked
package io.spillway.simulator.dialect;
