/**
 * The JSON formats of requests and responses: OpenAI's chat-completions shape, read strictly from callers and tolerantly
 * from providers. Fields the Avro records do not know are kept in their {@code extra} documents and written back where
 * they were found, without ever overriding a known field.
 */
@NullMarked
package io.spillway.contract.json;

import org.jspecify.annotations.NullMarked;
