package io.spillway.contract.json;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.v1.ChatMessage;
import io.spillway.v1.ContentPart;
import io.spillway.v1.ContentPartType;
import io.spillway.v1.Role;
import io.spillway.v1.ToolCall;
import org.jspecify.annotations.Nullable;

/** What a message must satisfy whatever its format was. */
final class MessageRules {

    static final String ROLES = "one of system, developer, user, assistant, tool";

    /** Wide enough for every provider known; each has narrower rules of its own. */
    static final Pattern FUNCTION_NAME = Pattern.compile("[A-Za-z0-9_.:-]{1,128}");
    static final String FUNCTION_NAMES = "must be 1 to 128 of A-Z a-z 0-9 _ . : -";

    private static final Set<String> DETAILS = Set.of("auto", "low", "high");
    private static final Set<String> CONTENT_IN_EXTRA = Set.of("audio", "function_call");
    private static final Set<String> NEVER_IN_EXTRA = Set.of("role", "name", "tool_call_id", "refusal");

    private final Violations violations;

    /** Whether {@code extra} and {@code raw} are JSON because Spillway wrote them itself a moment ago. */
    private final boolean ownJson;

    MessageRules(Violations violations, boolean ownJson) {
        this.violations = violations;
        this.ownJson = ownJson;
    }

    void check(ChatMessage message, String path) {
        if (message.getRole() == Role.UNKNOWN) {
            violations.add(path + ".role", "missing or unknown role", ROLES);
        }
        checkFragment(message.getExtra(), path + ".extra", NEVER_IN_EXTRA);
        checkContent(message, path);
        checkParts(message.getParts(), path + ".content");
        checkToolCalls(message, path);
        boolean isTool = message.getRole() == Role.TOOL;
        String callId = message.getToolCallId();
        if (isTool && (callId == null || callId.isEmpty())) {
            violations.add(path + ".tool_call_id", "missing", "name the call that this message answers");
        }
    }

    private void checkContent(ChatMessage message, String path) {
        boolean hasContent = message.getContent() != null;
        boolean hasParts = !message.getParts().isEmpty();
        if (hasContent && hasParts) {
            violations.add(path + ".content", "both a string and parts", "give one of them");
        }
        if (hasContent || hasParts) {
            return;
        }
        boolean spokenOtherwise = message.getRole() == Role.ASSISTANT
                && (!message.getToolCalls().isEmpty() || message.getRefusal() != null || hasContentIn(message.getExtra()));
        if (!spokenOtherwise) {
            violations.add(path + ".content", "missing", "only an assistant message with tool_calls may have none");
        }
    }

    private void checkParts(List<ContentPart> parts, String path) {
        for (int i = 0; i < parts.size(); i++) {
            ContentPart part = parts.get(i);
            String at = path + "[" + i + "]";
            switch (part.getType()) {
                case TEXT -> {
                    if (part.getText() == null) {
                        violations.add(at + ".text", "missing", "must be a string");
                    }
                }
                case IMAGE_URL -> checkImage(part, at);
                case OTHER -> {
                    if (!ownJson && !isTyped(part.getRaw())) {
                        violations.add(at, "no usable raw part", "raw must be a JSON object with a type");
                    }
                }
                case UNKNOWN -> violations.add(at + ".type", "missing", "must be a string such as text or image_url");
            }
        }
    }

    private void checkImage(ContentPart part, String at) {
        String url = part.getImageUrl();
        if (url == null) {
            violations.add(at + ".image_url.url", "missing", "must be an https: or data: URL");
        } else if (!url.startsWith("https://") && !url.startsWith("data:") && !url.startsWith("http://")) {
            violations.add(at + ".image_url.url", "not a URL that a provider can read", "must be an https: or data: URL");
        }
        String detail = part.getImageDetail();
        if (detail != null && !DETAILS.contains(detail)) {
            violations.add(at + ".image_url.detail", "unknown detail" + Violations.quoted(detail), "one of auto, low, high");
        }
    }

    private void checkToolCalls(ChatMessage message, String path) {
        List<ToolCall> calls = message.getToolCalls();
        if (!calls.isEmpty() && message.getRole() != Role.ASSISTANT) {
            violations.add(path + ".tool_calls", "not allowed for this role", "only an assistant message has tool_calls");
        }
        for (int i = 0; i < calls.size(); i++) {
            String at = path + ".tool_calls[" + i + "]";
            if (calls.get(i).getId().isEmpty()) {
                violations.add(at + ".id", "missing", "must be a string");
            }
            if (!FUNCTION_NAME.matcher(calls.get(i).getName()).matches()) {
                violations.add(at + ".function.name", "missing or not a function name", FUNCTION_NAMES);
            }
        }
    }

    /** Checks a JSON object kept in a string field, and that it does not hold fields the record has. */
    void checkFragment(@Nullable String json, String path, Set<String> forbidden) {
        if (json == null || ownJson) {
            return;
        }
        try {
            ObjectNode object = Json.readObject(json);
            forbidden.stream().filter(object::has).sorted()
                    .forEach(name -> violations.add(path + "." + name, "is a field of its own", "take it out of extra"));
        } catch (MalformedJsonException e) {
            violations.add(path, String.valueOf(e.getMessage()), "must be one JSON object");
        }
    }

    private static boolean hasContentIn(@Nullable String extra) {
        try {
            return extra != null && CONTENT_IN_EXTRA.stream().anyMatch(Json.readObject(extra)::hasNonNull);
        } catch (MalformedJsonException reported) {
            return true;
        }
    }

    private static boolean isTyped(@Nullable String raw) {
        try {
            return raw != null && Json.readObject(raw).path("type").isTextual();
        } catch (MalformedJsonException e) {
            return false;
        }
    }
}
