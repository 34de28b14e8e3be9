package io.spillway.worker.provider.gemini;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

import io.spillway.v1.DeploymentEntry;
import io.spillway.worker.provider.HttpCall;
import io.spillway.worker.provider.ProviderCall;
import io.spillway.worker.provider.UntranslatableRequestException;

/** Where Google serves its models. */
enum Surface {

    /** The Gemini API: an API key, addresses without a project. */
    GEMINI("gemini", "v1beta"),
    /** Vertex AI: an access token, addresses with project and location. */
    VERTEX("vertex", "v1");

    /** Stands for the host that belongs to the location; every other host is used as it is. */
    private static final String ANY_VERTEX_HOST = "https://aiplatform.googleapis.com";
    private static final String GLOBAL = "global";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9.:_-]{0,127}");

    private final String api;
    private final String version;

    Surface(String api, String version) {
        this.api = api;
        this.version = version;
    }

    /** The name that a provider's {@code api} gives it. */
    String api() {
        return api;
    }

    /** The path of a call; without alt=sse a stream would be one JSON array. */
    String path(ProviderCall call) {
        String model = call.deployment().getModel();
        String prefix = "/" + call.setting("api-version", version) + "/";
        boolean isResource = model.contains("/");
        String method = call.streams() ? ":streamGenerateContent?alt=sse" : ":generateContent";
        return switch (this) {
            case GEMINI -> prefix + (isResource ? model : "models/" + model) + method;
            // A tuned model is a resource of the project: endpoints/123.
            case VERTEX -> prefix + "projects/" + project(call) + "/locations/" + location(call) + "/"
                    + (isResource ? model : "publishers/google/models/" + model) + method;
        };
    }

    /** The call with the endpoint that its location belongs to. */
    ProviderCall located(ProviderCall call) {
        String endpoint = call.deployment().getEndpoint();
        boolean isAnyHost = endpoint.equals(ANY_VERTEX_HOST) || endpoint.equals(ANY_VERTEX_HOST + "/");
        if (this == GEMINI || !isAnyHost) {
            return call;
        }
        DeploymentEntry moved = DeploymentEntry.newBuilder(call.deployment()).setEndpoint("https://" + host(location(call)))
                .build();
        return new ProviderCall(call.request(), moved, call.providerSettings(), call.credential(), call.clientRequestId(),
                call.dropParameters(), call.now());
    }

    /** Multi-regions have hosts of their own kind. */
    private static String host(String location) {
        return switch (location) {
            case GLOBAL -> "aiplatform.googleapis.com";
            case "us", "eu" -> "aiplatform." + location + ".rep.googleapis.com";
            default -> location + "-aiplatform.googleapis.com";
        };
    }

    List<HttpCall.Header> headers(ProviderCall call) {
        List<HttpCall.Header> headers = new ArrayList<>();
        if (!call.credential().isNone()) {
            headers.add(switch (this) {
                case GEMINI -> new HttpCall.Header("x-goog-api-key", call.credential().reveal());
                case VERTEX -> new HttpCall.Header("Authorization", "Bearer " + call.credential().reveal());
            });
        }
        String billed = call.setting("user-project", "");
        if (!billed.isEmpty()) {
            headers.add(new HttpCall.Header("x-goog-user-project", billed));
        }
        String correlation = call.setting("request-id-header", "");
        if (!correlation.isEmpty()) {
            headers.add(new HttpCall.Header(correlation, call.clientRequestId()));
        }
        return headers;
    }

    /** Whether the surface fetches a file by itself from there. */
    boolean takesFile(ProviderCall call, String uri) {
        String lower = uri.toLowerCase(Locale.ROOT);
        if (this == GEMINI && lower.startsWith("https://generativelanguage.googleapis.com/")) {
            return true;
        }
        // Public addresses: documented for Vertex AI; on the Gemini API newer models only, so the operator must say so.
        String declared = call.setting("image-urls", this == VERTEX ? "pass" : "refuse");
        return lower.startsWith("https://") && declared.equals("pass");
    }

    /** Vertex AI refuses a file whose type is not told. */
    boolean needsFileType() {
        return this == VERTEX;
    }

    private static String project(ProviderCall call) {
        return named(call.setting("project", ""), "project", "the id of the Google Cloud project that pays");
    }

    private static String location(ProviderCall call) {
        String region = call.deployment().getRegion();
        return named(call.setting("location", region == null || region.isBlank() ? GLOBAL : region), "location",
                "a location such as global, eu or europe-west4");
    }

    private static String named(String value, String setting, String meaning) {
        if (!NAME.matcher(value).matches()) {
            throw UntranslatableRequestException.unsupportedContent(
                    "The deployment's setting " + setting + " is missing or not a name; set it to " + meaning + ".");
        }
        return value;
    }
}
