package io.spillway.benchmark;

import java.nio.charset.StandardCharsets;
import java.time.Instant;

import io.spillway.contract.json.ChatRequestJson;
import io.spillway.contract.json.ChatResponseJson;
import io.spillway.contract.json.ParsedRequest;
import io.spillway.v1.Attempt;
import io.spillway.v1.ChatRequest;
import io.spillway.v1.ChatResponse;
import io.spillway.v1.Lane;

/** Records of an ordinary size: a conversation of six messages with a tool, about 5 KB; an answer of about 1 KB. */
final class Samples {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final String SENTENCE = "The router reads a request, looks at who can take it, and sends it on; what fails spills "
            + "over to the next tier. ";
    private static final String TOOL = """
            {"type":"function","function":{"name":"look_up","description":"Looks a word up","parameters":
            {"type":"object","properties":{"word":{"type":"string"}},"required":["word"]}}}""";

    private Samples() {}

    /** An OpenAI chat-completions body as callers send it. */
    static byte[] requestJson() {
        StringBuilder json = new StringBuilder("{\"model\":\"chat\",\"temperature\":0.2,\"max_tokens\":256,\"tools\":[")
                .append(TOOL)
                .append("],\"messages\":[").append(message("system", 4));
        for (int turn = 0; turn < 5; turn++) {
            json.append(',').append(message(turn % 2 == 0 ? "user" : "assistant", 8));
        }
        return json.append("]}").toString().getBytes(StandardCharsets.UTF_8);
    }

    static ChatRequest request() {
        return switch (ChatRequestJson.parse(requestJson())) {
            case ParsedRequest.Valid valid -> valid.request();
            case ParsedRequest.Invalid invalid ->
                throw new IllegalStateException("the sample is invalid: " + invalid.violations());
        };
    }

    /** An OpenAI chat-completions answer. */
    static byte[] responseJson() {
        return """
                {"id":"chatcmpl-1","object":"chat.completion","created":1767225600,"model":"sim-alpha","choices":[{"index":0,
                "finish_reason":"stop","message":{"role":"assistant","content":"%s"}}],
                "usage":{"prompt_tokens":1200,"completion_tokens":220,"total_tokens":1420}}""".formatted(SENTENCE.repeat(8))
                .getBytes(StandardCharsets.UTF_8);
    }

    static ChatResponse response() {
        return ChatResponseJson.parse(responseJson());
    }

    static Attempt attempt() {
        return Attempt.newBuilder().setRequestId("request-1").setAttempt(1).setRoute("chat").setDeployment("alpha-1")
                .setLane(Lane.INTERACTIVE).setOwnerPartition(3).setStartBy(NOW.plusSeconds(10)).setTimeoutMillis(30_000)
                .setDeadline(NOW.plusSeconds(600)).setCatalogRevision(1).setRequest(request()).build();
    }

    private static String message(String role, int sentences) {
        return "{\"role\":\"" + role + "\",\"content\":\"" + SENTENCE.repeat(sentences) + "\"}";
    }
}
