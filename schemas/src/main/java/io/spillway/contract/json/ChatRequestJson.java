package io.spillway.contract.json;

import java.util.List;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.v1.ChatRequest;

/**
 * The JSON format of requests: an OpenAI chat-completions body.
 *
 * <p>Read: every problem is reported at once and nothing is ever thrown. {@code max_tokens} and {@code max_completion_tokens}
 * are one field. Unknown fields are kept. {@code stream} and {@code stream_options} are dropped without a word, because an
 * answer is always one record and never a stream.
 *
 * <p>Written: {@code max_completion_tokens}, and unknown fields at the places where they were found.
 */
public final class ChatRequestJson {

    private ChatRequestJson() {}

    /** Reads a request and says whether any provider could be asked. Never throws. */
    public static ParsedRequest parse(byte[] json) {
        ObjectNode root;
        try {
            root = Json.readStrictly(json);
        } catch (MalformedJsonException e) {
            return new ParsedRequest.Invalid(
                    List.of(new Violation("(body)", String.valueOf(e.getMessage()), "send one OpenAI chat-completions object")));
        }
        Violations violations = new Violations();
        ChatRequest request = ChatRequestReader.read(root, violations);
        ChatRequestRules.check(request, violations, true);
        return violations.isEmpty() ? new ParsedRequest.Valid(request) : new ParsedRequest.Invalid(violations.all());
    }

    /** Everything wrong with a request that arrived as an Avro record; the same words as for JSON, empty when it is fine. */
    public static List<Violation> validate(ChatRequest request) {
        Violations violations = new Violations();
        ChatRequestRules.check(request, violations, false);
        return violations.all();
    }

    /**
     * The request as UTF-8 JSON.
     *
     * @throws MalformedJsonException when a JSON document inside the record is none; {@link #validate} finds these
     */
    public static byte[] write(ChatRequest request) {
        return Json.bytes(tree(request));
    }

    /**
     * The request as a JSON tree that belongs to the caller.
     *
     * @throws MalformedJsonException when a JSON document inside the record is none; {@link #validate} finds these
     */
    public static ObjectNode tree(ChatRequest request) {
        return ChatRequestWriter.write(request);
    }
}
