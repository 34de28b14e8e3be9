/**
 * {@code spillway submit}: sends an OpenAI batch file through Kafka and writes the answers as they arrive. A run that was
 * stopped or killed is finished by giving the same command again; nothing is paid twice for it. {@link
 * io.spillway.cli.submit.SubmitSession} is the reusable core: a window of open requests over a producer and a consumer.
 */
@NullMarked
package io.spillway.cli.submit;

import org.jspecify.annotations.NullMarked;
