package io.spillway.contract.json;

import java.util.List;

import io.spillway.v1.ChatMessage;
import io.spillway.v1.ChatRequest;
import io.spillway.v1.ChatResponse;
import io.spillway.v1.Role;
import io.spillway.v1.ToolCall;

/** Blank records with the defaults of the schema; much faster than Avro's builders, which copy every default. */
final class Records {

    private Records() {}

    static ChatRequest request() {
        ChatRequest request = new ChatRequest();
        request.setModel("");
        request.setMessages(List.of());
        request.setStop(List.of());
        request.setTools(List.of());
        return request;
    }

    static ChatMessage message() {
        ChatMessage message = new ChatMessage();
        message.setRole(Role.UNKNOWN);
        message.setParts(List.of());
        message.setToolCalls(List.of());
        return message;
    }

    static ToolCall toolCall() {
        ToolCall call = new ToolCall();
        call.setId("");
        call.setName("");
        call.setArguments("");
        return call;
    }

    static ChatResponse response() {
        ChatResponse response = new ChatResponse();
        response.setId("");
        response.setCreated(0L);
        response.setModel("");
        response.setChoices(List.of());
        return response;
    }
}
