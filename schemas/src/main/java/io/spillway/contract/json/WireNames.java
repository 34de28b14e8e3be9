package io.spillway.contract.json;

import io.spillway.v1.FinishReason;
import io.spillway.v1.ResponseFormatType;
import io.spillway.v1.Role;
import io.spillway.v1.ToolChoiceMode;

/** The words of the wire for the enums of the records. */
final class WireNames {

    private WireNames() {}

    static Role role(String wire) {
        return switch (wire) {
            case "system" -> Role.SYSTEM;
            case "developer" -> Role.DEVELOPER;
            case "user" -> Role.USER;
            case "assistant" -> Role.ASSISTANT;
            case "tool" -> Role.TOOL;
            default -> Role.UNKNOWN;
        };
    }

    static String of(Role role) {
        return switch (role) {
            case SYSTEM -> "system";
            case DEVELOPER -> "developer";
            case USER -> "user";
            case ASSISTANT -> "assistant";
            case TOOL -> "tool";
            case UNKNOWN -> "unknown";
        };
    }

    static ToolChoiceMode toolChoice(String wire) {
        return switch (wire) {
            case "none" -> ToolChoiceMode.NONE;
            case "auto" -> ToolChoiceMode.AUTO;
            case "required" -> ToolChoiceMode.REQUIRED;
            default -> ToolChoiceMode.UNKNOWN;
        };
    }

    static ResponseFormatType responseFormat(String wire) {
        return switch (wire) {
            case "text" -> ResponseFormatType.TEXT;
            case "json_object" -> ResponseFormatType.JSON_OBJECT;
            case "json_schema" -> ResponseFormatType.JSON_SCHEMA;
            default -> ResponseFormatType.UNKNOWN;
        };
    }

    static String of(FinishReason reason) {
        return switch (reason) {
            case STOP, UNKNOWN -> "stop";
            case LENGTH -> "length";
            case TOOL_CALLS -> "tool_calls";
            case CONTENT_FILTER -> "content_filter";
        };
    }
}
