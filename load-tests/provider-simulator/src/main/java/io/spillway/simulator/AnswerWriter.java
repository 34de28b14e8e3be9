package io.spillway.simulator;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.spillway.simulator.dialect.Answer;
import io.spillway.simulator.dialect.ChatCall;
import io.spillway.simulator.dialect.ChatCall.JsonMode;
import java.util.List;
import java.util.Optional;

/** Makes up the answer to a call: believable, and the same whenever the same prompt meets the same seed. */
final class AnswerWriter {

    private static final int QUOTED_CHARS = 120;
    private static final int CACHEABLE_PROMPT_TOKENS = 1024;
    private static final List<String> WORDS = List.of("the", "answer", "depends", "on", "several", "parts", "of", "your",
            "question",
            "so", "here", "is", "a", "short", "overview", "first", "consider", "what", "changes", "over", "time", "then",
            "compare", "both",
            "options", "with", "care", "and", "choose", "whichever", "fits", "best");

    private final Tokens tokens;
    private final long seed;

    AnswerWriter(Tokens tokens, long seed) {
        this.tokens = tokens;
        this.seed = seed;
    }

    int promptTokens(ChatCall call) {
        return tokens.ofPrompt(call.promptChars(), call.messages());
    }

    /** What an answer is expected to cost, for token limits that must decide beforehand. */
    int expectedTokens(ChatCall call) {
        int completion = tokens.answerTokens() + tokens.reasoningTokens();
        return promptTokens(call) + Math.min(completion, call.maxTokens().orElse(completion));
    }

    Answer write(ChatCall call) {
        Optional<ChatCall.Tool> tool = call.forcedTool()
                .or(() -> call.tools().stream().filter(offered -> call.lastUserText().contains(offered.name())).findFirst());
        if (tool.isPresent()) {
            String arguments = SchemaSample.of(tool.get().schema().isObject()
                    ? tool.get().schema()
                    : JsonNodeFactory.instance.objectNode().put("type", "object"), "sample").toString();
            return answer(call, "", Optional.of(new Answer.ToolCall(tool.get().name(), arguments)), Answer.Finish.TOOL_CALLS,
                    tokens.ofChars(tool.get().name().length() + arguments.length()));
        }
        String text = switch (call.json()) {
            case JsonMode.Text() -> prose(call);
            case JsonMode.AnyObject() ->
                JsonNodeFactory.instance.objectNode().put("answer", quote(call)).put("model", call.model())
                        .toString();
            case JsonMode.Schema schema -> SchemaSample.of(schema.schema(), quote(call)).toString();
        };
        int visibleCap = Math.max(0, call.maxTokens().orElse(Integer.MAX_VALUE) - tokens.reasoningTokens());
        if (tokens.ofChars(text.length()) <= visibleCap) {
            return answer(call, text, Optional.empty(), Answer.Finish.STOP, tokens.ofChars(text.length()));
        }
        return answer(call, cut(text, visibleCap * tokens.charsPerToken()), Optional.empty(), Answer.Finish.LENGTH, visibleCap);
    }

    private Answer answer(ChatCall call, String text, Optional<Answer.ToolCall> tool, Answer.Finish finish, int visibleTokens) {
        int prompt = promptTokens(call);
        int cached = prompt >= CACHEABLE_PROMPT_TOKENS ? (int) (prompt * tokens.cachedShare()) : 0;
        int reasoning = Math.min(tokens.reasoningTokens(), call.maxTokens().orElse(Integer.MAX_VALUE) - Math.min(visibleTokens,
                call.maxTokens().orElse(Integer.MAX_VALUE)));
        return new Answer(text, tool, finish, prompt, cached, visibleTokens * call.choices() + reasoning, reasoning);
    }

    private String prose(ChatCall call) {
        StringBuilder text = new StringBuilder().append(call.model()).append(" here. You said: \"").append(quote(call))
                .append("\". In reply,");
        int wanted = tokens.answerTokens() * tokens.charsPerToken();
        Draws draws = Draws.of(seed, call.promptHash());
        while (text.length() < wanted) {
            text.append(' ').append(WORDS.get(draws.below(WORDS.size())));
        }
        return text.append('.').toString();
    }

    private static String quote(ChatCall call) {
        return cut(call.lastUserText(), QUOTED_CHARS);
    }

    /** Never in the middle of a surrogate pair. */
    private static String cut(String text, int chars) {
        if (text.length() <= chars) {
            return text;
        }
        return text.substring(0, chars > 0 && Character.isHighSurrogate(text.charAt(chars - 1)) ? chars - 1 : chars);
    }
}
