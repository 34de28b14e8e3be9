/**
 * The contract between Spillway's applications and the programs around them: topics, record headers and the formats of
 * requests and responses. Records are generated from {@code src/main/avro} into {@code io.spillway.v1}.
 */
@NullMarked
package io.spillway.contract;

import org.jspecify.annotations.NullMarked;
