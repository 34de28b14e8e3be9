/**
 * A real Kafka broker inside this process: one KRaft node that is controller and broker at once, on the loopback interface
 * only. For trying Spillway out and for tests; nothing in it is replicated.
 */
@NullMarked
package io.spillway.cli.broker;

import org.jspecify.annotations.NullMarked;
