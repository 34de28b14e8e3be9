package io.spillway.worker.provider.azure;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.worker.provider.HttpCall;
import io.spillway.worker.provider.ProviderCall;
import io.spillway.worker.provider.UntranslatableRequestException;
import io.spillway.worker.provider.openai.OpenAiRequest;
import io.spillway.worker.provider.openai.Presets;

/** Writes a call to Azure. The deployment's {@code model} is the name that Azure calls a deployment. */
final class AzureRequest {

    private static final Map<String, String> KEY = Map.of("auth-header", "api-key", "auth-scheme", "");
    private static final Map<String, String> TOKEN = Map.of("auth-header", "Authorization", "auth-scheme", "Bearer");

    private static final Pattern VERSION = Pattern.compile("[0-9A-Za-z.-]{1,32}");
    private static final String V1 = "/openai/v1";

    private AzureRequest() {}

    static HttpCall write(ProviderCall given) {
        String version = given.setting("api-version", "");
        ProviderCall call = Presets.under(settings(given, version), given);
        ObjectNode body = OpenAiRequest.body(call);
        if (version.isEmpty()) {
            return OpenAiRequest.post(call, v1Path(call), body);
        }
        // The path names it.
        body.remove("model");
        return OpenAiRequest.post(call, "/openai/deployments/" + segment(call.deployment().getModel()) + "/chat/completions",
                body);
    }

    private static Map<String, String> settings(ProviderCall call, String version) {
        Map<String, String> settings = new HashMap<>(switch (call.setting("auth", "key")) {
            case "key" -> KEY;
            case "entra" -> TOKEN;
            default -> throw UntranslatableRequestException
                    .unsupportedContent("The deployment's setting auth is neither key nor entra; mend it.");
        });
        settings.put("request-id-header", "x-ms-client-request-id");
        if (!version.isEmpty()) {
            if (!VERSION.matcher(version).matches()) {
                throw UntranslatableRequestException
                        .unsupportedContent("The deployment's setting api-version is not a version; mend it.");
            }
            settings.put("query", "api-version=" + version);
            // The dated interface is older than the role; reasoning models take one for the other.
            settings.put("developer-role", "system");
        }
        return settings;
    }

    /** The portal shows endpoints with and without the version. */
    private static String v1Path(ProviderCall call) {
        String endpoint = call.deployment().getEndpoint();
        boolean hasVersion = endpoint.endsWith(V1) || endpoint.endsWith(V1 + "/");
        return (hasVersion ? "" : V1) + "/chat/completions";
    }

    private static String segment(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
