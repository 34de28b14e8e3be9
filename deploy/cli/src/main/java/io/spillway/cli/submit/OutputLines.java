package io.spillway.cli.submit;

import java.util.HexFormat;

import com.fasterxml.jackson.databind.node.ObjectNode;

import io.spillway.contract.json.Json;
import io.spillway.v1.ErrorCode;

/**
 * Lines of the output and error files, in the format of OpenAI's Batch API. What Spillway adds stands under
 * {@code response.spillway}.
 */
final class OutputLines {

    private OutputLines() {}

    /** An answer or an error, as the responses topic has it. */
    static ObjectNode of(String customId, BatchRequestId id, Answer answer) {
        ObjectNode line = Json.object().put("id", "batch_req_" + HexFormat.of().toHexDigits(id.content())).put("custom_id",
                customId);
        ObjectNode response = line.putObject("response");
        response.put("status_code", answer.error().map(HttpStatus::of).orElse(HttpStatus.OK));
        response.put("request_id", answer.requestId());
        response.set("body", answer.body().orElseGet(() -> unreadable(answer)));
        ObjectNode spillway = response.putObject("spillway");
        answer.deployment().ifPresent(deployment -> spillway.put("deployment", deployment));
        answer.tier().ifPresent(tier -> spillway.put("tier", tier));
        spillway.put("attempts", answer.attempts());
        line.putNull("error");
        return line;
    }

    /** A line that was never sent. */
    static ObjectNode of(BatchEntry.Bad bad) {
        ObjectNode line = notSent(bad.code(), bad.sentence());
        bad.customId().ifPresent(customId -> line.put("custom_id", customId));
        ((ObjectNode) line.get("error")).put("line", bad.line());
        return line;
    }

    /** A request that Kafka does not take. */
    static ObjectNode refused(OutgoingRequest request, String reason) {
        return notSent("refused_by_kafka", "the request " + reason).put("custom_id", request.key());
    }

    private static ObjectNode notSent(String code, String message) {
        ObjectNode line = Json.object().putNull("id").putNull("custom_id").putNull("response");
        line.putObject("error").put("code", code).put("message", message);
        return line;
    }

    private static ObjectNode unreadable(Answer answer) {
        ObjectNode body = Json.object();
        body.putObject("error").put("code", answer.error().orElse(ErrorCode.UNKNOWN).name())
                .put("message",
                        "the answer on the responses topic is not JSON (partition " + answer.source().partition() + ", offset "
                                + answer.source().offset() + ")");
        return body;
    }
}
