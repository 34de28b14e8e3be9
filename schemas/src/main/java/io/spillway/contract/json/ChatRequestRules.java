package io.spillway.contract.json;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

import io.spillway.v1.ChatMessage;
import io.spillway.v1.ChatRequest;
import io.spillway.v1.ResponseFormat;
import io.spillway.v1.ResponseFormatType;
import io.spillway.v1.Tool;
import io.spillway.v1.ToolChoice;
import io.spillway.v1.ToolChoiceMode;
import org.jspecify.annotations.Nullable;

/** What a request must satisfy whatever its format was: OpenAI's ranges and required fields. */
final class ChatRequestRules {

    static final String TOOL_CHOICES = "one of none, auto, required, or {\"type\":\"function\",\"function\":{\"name\":...}}";
    static final String FORMATS = "one of text, json_object, json_schema";

    private static final int MAX_MODEL_LENGTH = 256;
    private static final int MAX_STOPS = 4;
    private static final int MAX_CHOICES = 128;
    private static final int MAX_TOP_LOGPROBS = 20;
    private static final Pattern SCHEMA_NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final Pattern EFFORT = Pattern.compile("[a-z0-9_-]{1,32}");

    private final Violations violations;
    private final MessageRules messageRules;

    private ChatRequestRules(Violations violations, boolean ownJson) {
        this.violations = violations;
        this.messageRules = new MessageRules(violations, ownJson);
    }

    /** @param ownJson whether the JSON in string fields was written by Spillway's own reader and needs no check */
    static void check(ChatRequest request, Violations violations, boolean ownJson) {
        new ChatRequestRules(violations, ownJson).check(request);
    }

    private void check(ChatRequest request) {
        if (request.getModel().isBlank() || request.getModel().length() > MAX_MODEL_LENGTH) {
            violations.add("model", "missing or too long", "name the route to use");
        }
        List<ChatMessage> messages = request.getMessages();
        if (messages.isEmpty()) {
            violations.add("messages", "empty", "give at least one message");
        }
        for (int i = 0; i < messages.size(); i++) {
            messageRules.check(messages.get(i), "messages[" + i + "]");
        }
        checkNumbers(request);
        checkStop(request.getStop());
        checkTools(request.getTools());
        checkToolChoice(request.getToolChoice(), request.getTools());
        checkResponseFormat(request.getResponseFormat());
        String effort = request.getReasoningEffort();
        if (effort != null && !EFFORT.matcher(effort).matches()) {
            violations.add("reasoning_effort", "not an effort", "such as none, minimal, low, medium, high");
        }
        messageRules.checkFragment(request.getExtra(), "extra", ChatRequestReader.SCALARS);
    }

    private void checkNumbers(ChatRequest request) {
        Integer maxTokens = request.getMaxTokens();
        if (maxTokens != null && maxTokens < 1) {
            violations.add("max_tokens", "out of range", "must be at least 1");
        }
        range("temperature", request.getTemperature(), 0, 2);
        range("top_p", request.getTopP(), 0, 1);
        range("frequency_penalty", request.getFrequencyPenalty(), -2, 2);
        range("presence_penalty", request.getPresencePenalty(), -2, 2);
        range("n", request.getN(), 1, MAX_CHOICES);
        range("top_logprobs", request.getTopLogprobs(), 0, MAX_TOP_LOGPROBS);
    }

    private void range(String path, @Nullable Number value, int from, int to) {
        // Written so that NaN is out of range too.
        if (value != null && !(value.doubleValue() >= from && value.doubleValue() <= to)) {
            violations.add(path, "out of range", "must be from " + from + " to " + to);
        }
    }

    private void checkStop(List<String> stop) {
        if (stop.size() > MAX_STOPS) {
            violations.add("stop", "too many sequences", "give at most " + MAX_STOPS);
        }
        for (int i = 0; i < stop.size(); i++) {
            if (stop.get(i).isEmpty()) {
                violations.add("stop[" + i + "]", "empty", "must be a non-empty string");
            }
        }
    }

    private void checkTools(List<Tool> tools) {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < tools.size(); i++) {
            Tool tool = tools.get(i);
            String at = "tools[" + i + "].function";
            if (!MessageRules.FUNCTION_NAME.matcher(tool.getName()).matches()) {
                violations.add(at + ".name", "missing or not a function name", MessageRules.FUNCTION_NAMES);
            } else if (!names.add(tool.getName())) {
                violations.add(at + ".name", "repeated name", "give every tool a name of its own");
            }
            messageRules.checkFragment(tool.getParameters(), at + ".parameters", Set.of());
        }
    }

    private void checkToolChoice(@Nullable ToolChoice choice, List<Tool> tools) {
        if (choice == null) {
            return;
        }
        switch (choice.getMode()) {
            case UNKNOWN -> violations.add("tool_choice", "unknown choice", TOOL_CHOICES);
            case REQUIRED -> {
                if (tools.isEmpty()) {
                    violations.add("tool_choice", "requires a tool and there is none", "give tools too");
                }
            }
            case FUNCTION -> {
                String function = choice.getFunction();
                if (function == null || tools.stream().noneMatch(tool -> tool.getName().equals(function))) {
                    violations.add("tool_choice.function.name", "not one of the tools", "name a function from tools");
                }
            }
            case NONE, AUTO -> {}
        }
        if (choice.getMode() != ToolChoiceMode.FUNCTION && choice.getFunction() != null) {
            violations.add("tool_choice.function", "given for another mode", "leave it out, or use the mode FUNCTION");
        }
    }

    private void checkResponseFormat(@Nullable ResponseFormat format) {
        if (format == null) {
            return;
        }
        if (format.getType() == ResponseFormatType.UNKNOWN) {
            violations.add("response_format.type", "missing or unknown type", FORMATS);
        }
        if (format.getType() == ResponseFormatType.JSON_SCHEMA) {
            String name = format.getName();
            if (name == null || !SCHEMA_NAME.matcher(name).matches()) {
                violations.add("response_format.json_schema.name", "missing or not a name", "must be 1 to 64 of A-Z a-z 0-9 _ -");
            }
            messageRules.checkFragment(format.getJsonSchema(), "response_format.json_schema.schema", Set.of());
        }
    }
}
