/**
 * A small HTTP/1.1 keep-alive server over blocking sockets and virtual threads that gives its handler full control of the bytes on
 * the wire, so that a handler can also misbehave: reset, drip, cut short, or stay silent. Knows nothing about language models.
 */
@org.jspecify.annotations.NullMarked
package io.spillway.simulator.wire;
