package io.spillway.worker.provider;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.spillway.v1.ChatRequest;

/** What callers ask for, one request per feature, for tests that show a dialect's requests to a judge. */
public final class SampleRequests {

    public static final String SCHEMA = "{\"type\":\"object\",\"properties\":{\"q\":{\"type\":\"string\"}},\"required\":[\"q\"],"
            + "\"additionalProperties\":false}";
    public static final String TOOLS = ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"look_up\",\"description\":\"d\","
            + "\"parameters\":" + SCHEMA + ",\"strict\":true}},{\"type\":\"function\",\"function\":{\"name\":\"now\"}}]";
    /** What every dialect can say. */
    public static final Set<String> BASICS = Set.of("text", "system", "developer", "multi-turn", "text parts", "tools",
            "tool_choice \"auto\"", "tool_choice \"none\"", "tools round trip", "tools in the past", "text format", "one stop",
            "stops", "limit", "sampling", "warm", "user");
    private static final String QUESTION = Calls.user("find caf\u00e9s");
    private static final String TWO_CALLS = "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":["
            + call("call_1", "look_up",
                    "{\\\"q\\\":\\\"x\\\"}")
            + "," + call("call_2", "now", "{}") + "]}";
    private static final String TWO_RESULTS = "{\"role\":\"tool\",\"tool_call_id\":\"call_1\",\"content\":\"found\"},"
            + "{\"role\":\"tool\",\"tool_call_id\":\"call_2\",\"content\":[{\"type\":\"text\",\"text\":\"noon\"}]}";

    private SampleRequests() {}

    /** By the name of the feature, in a fixed order. */
    public static Map<String, ChatRequest> all() {
        Map<String, ChatRequest> samples = new LinkedHashMap<>();
        samples.put("text", Calls.request(Calls.user("Gr\u00fc\u00dfe \ud83d\ude00\\n\\t\\u0001")));
        samples.put("system", Calls.request(Calls.message("system", "Be brief."), QUESTION));
        samples.put("developer", Calls.request(Calls.message("developer", "Be brief."), QUESTION));
        samples.put("multi-turn",
                Calls.request(Calls.message("system", "s"), Calls.user("one"), Calls.message("assistant", "two"),
                        Calls.user("three"), Calls.user("four")));
        samples.put("text parts", Calls.request("{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\"},"
                + "{\"type\":\"text\",\"text\":\"b\"}]}"));
        samples.put("image data", Calls.request(image("data:image/png;base64,QUJD", "")));
        samples.put("image url", Calls.request(image("https://example.com/a.png", ",\"detail\":\"low\"")));
        samples.put("tools", Calls.requestWith(TOOLS, QUESTION));
        for (String choice : List.of("\"auto\"", "\"none\"", "\"required\"",
                "{\"type\":\"function\",\"function\":{\"name\":\"look_up\"}}")) {
            samples.put("tool_choice " + choice, Calls.requestWith(TOOLS + ",\"tool_choice\":" + choice, QUESTION));
        }
        samples.put("one tool at a time", Calls.requestWith(TOOLS + ",\"parallel_tool_calls\":false", QUESTION));
        samples.put("tools round trip",
                Calls.requestWith(TOOLS, Calls.message("system", "s"), QUESTION, TWO_CALLS, TWO_RESULTS, Calls.user("and?")));
        samples.put("tools in the past", Calls.request(QUESTION, TWO_CALLS, TWO_RESULTS));
        samples.put("JSON schema",
                Calls.requestWith(",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"out\","
                        + "\"description\":\"d\",\"schema\":" + SCHEMA + ",\"strict\":true}}", QUESTION));
        put(samples, "JSON object", "\"response_format\":{\"type\":\"json_object\"}");
        put(samples, "text format", "\"response_format\":{\"type\":\"text\"}");
        put(samples, "one stop", "\"stop\":\"END\"");
        put(samples, "stops", "\"stop\":[\"a\",\"b\"]");
        put(samples, "seed", "\"seed\":9007199254740993");
        for (String effort : List.of("none", "minimal", "low", "medium", "high", "xhigh")) {
            put(samples, "effort " + effort, "\"reasoning_effort\":\"" + effort + "\"");
        }
        put(samples, "limit", "\"max_tokens\":7");
        put(samples, "sampling", "\"temperature\":0.5,\"top_p\":0.75");
        put(samples, "warm", "\"temperature\":2");
        put(samples, "penalties", "\"presence_penalty\":0.25,\"frequency_penalty\":-0.5");
        put(samples, "choices", "\"n\":2");
        put(samples, "logprobs", "\"logprobs\":true,\"top_logprobs\":2");
        put(samples, "user", "\"user\":\"u1\"");
        put(samples, "OpenAI's own", "\"metadata\":{\"a\":\"b\"},\"store\":true,\"service_tier\":\"flex\",\"verbosity\":\"low\","
                + "\"prompt_cache_key\":\"k\",\"safety_identifier\":\"i\",\"modalities\":[\"text\"],"
                + "\"prediction\":{\"type\":\"content\",\"content\":\"p\"},\"logit_bias\":{\"50256\":-100}");
        return samples;
    }

    private static void put(Map<String, ChatRequest> samples, String name, String fields) {
        samples.put(name, Calls.requestWith("," + fields, QUESTION));
    }

    private static String image(String url, String detail) {
        return "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"look\"},{\"type\":\"image_url\",\"image_url\":"
                + "{\"url\":\"" + url + "\"" + detail + "}}]}";
    }

    private static String call(String id, String name, String arguments) {
        return "{\"id\":\"" + id + "\",\"type\":\"function\",\"function\":{\"name\":\"" + name + "\",\"arguments\":\"" + arguments
                + "\"}}";
    }
}
