package io.spillway.worker.provider;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.contract.json.Json;
import io.spillway.contract.json.MalformedJsonException;

/** The parts of an HTTP call that every dialect makes in the same way: address, declared headers, declared body fields. */
public final class DialectCalls {

    /** A setting {@code header.<name>} is a header of every call. */
    private static final String HEADER = "header.";

    /** A stream, or an error or an answer in one piece. */
    private static final String STREAMED = "text/event-stream, application/x-ndjson, application/json";

    private static final Pattern HEADER_NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");

    private DialectCalls() {}

    /**
     * A JSON POST to the deployment.
     *
     * @param defaultPath appended to the endpoint unless the setting {@code path} says otherwise
     * @param headers what the dialect itself sends; they win over declared headers of the same name
     */
    public static HttpCall post(ProviderCall call, String defaultPath, List<HttpCall.Header> headers, ObjectNode body) {
        List<HttpCall.Header> all = new ArrayList<>();
        all.add(new HttpCall.Header("Content-Type", "application/json"));
        all.add(new HttpCall.Header("Accept", call.streams() ? STREAMED : "application/json"));
        all.addAll(headers);
        settings(call).forEach((name, value) -> addDeclared(all, name, value));
        return new HttpCall(uri(call, defaultPath), all, Json.bytes(body));
    }

    /** Adds the fields of the setting {@code body}, a JSON object, where the request has none of that name. */
    public static void addDeclaredFields(ProviderCall call, ObjectNode body) {
        String declared = call.setting("body", "");
        if (declared.isEmpty()) {
            return;
        }
        try {
            for (Map.Entry<String, JsonNode> field : Json.readObject(declared).properties()) {
                body.putIfAbsent(field.getKey(), field.getValue());
            }
        } catch (MalformedJsonException e) {
            throw UntranslatableRequestException
                    .unsupportedContent("The deployment's setting body is not a JSON object; mend it.");
        }
    }

    /** Removes what the deployment is known not to support: the setting {@code drop}, and what it said in an earlier attempt. */
    public static void dropUnsupported(ProviderCall call, ObjectNode body) {
        dropped(call).forEach(name -> {
            int dot = name.indexOf('.');
            if (dot > 0 && body.get(name.substring(0, dot)) instanceof ObjectNode parent) {
                parent.remove(name.substring(dot + 1));
            }
            body.remove(name);
        });
    }

    /** The names in the setting {@code drop} and those of the call. */
    public static Set<String> dropped(ProviderCall call) {
        Set<String> names = new TreeSet<>(call.dropParameters());
        for (String name : call.setting("drop", "").split(",", -1)) {
            names.add(name.strip());
        }
        names.remove("");
        return names;
    }

    private static Map<String, String> settings(ProviderCall call) {
        Map<String, String> settings = new TreeMap<>(call.providerSettings());
        settings.putAll(call.deployment().getSettings());
        return settings;
    }

    private static void addDeclared(List<HttpCall.Header> headers, String setting, String value) {
        String name = setting.startsWith(HEADER) ? setting.substring(HEADER.length()) : "";
        boolean isTaken = headers.stream().anyMatch(header -> header.name().equalsIgnoreCase(name));
        boolean isSafe = HEADER_NAME.matcher(name).matches() && value.chars().allMatch(c -> c >= ' ' && c != 0x7f);
        if (isSafe && !isTaken) {
            headers.add(new HttpCall.Header(name, value));
        }
    }

    private static URI uri(ProviderCall call, String defaultPath) {
        String endpoint = call.deployment().getEndpoint();
        String base = endpoint.endsWith("/") ? endpoint.substring(0, endpoint.length() - 1) : endpoint;
        String query = call.setting("query", "");
        try {
            String path = call.setting("path", defaultPath);
            return URI.create(base + path + (query.isEmpty() ? "" : (path.indexOf('?') < 0 ? "?" : "&") + query));
        } catch (IllegalArgumentException e) {
            throw UntranslatableRequestException
                    .unsupportedContent(
                            "The deployment's endpoint, path and query do not make a URL; mend them in the catalogue.");
        }
    }
}
