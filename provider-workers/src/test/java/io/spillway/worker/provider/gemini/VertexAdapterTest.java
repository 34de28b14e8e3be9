package io.spillway.worker.provider.gemini;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Set;

import io.spillway.worker.provider.CallOutcome;
import io.spillway.worker.provider.Calls;
import io.spillway.worker.provider.HttpAnswer;
import io.spillway.worker.provider.HttpCall;
import io.spillway.worker.provider.ProviderAdapter;
import io.spillway.worker.provider.ProviderCall;
import io.spillway.worker.provider.UntranslatableRequestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VertexAdapterTest extends GeminiSurfaceContract {

    @Override
    protected ProviderAdapter adapter() {
        ProviderAdapter vertex = GeminiAdapter.onVertex();
        return new ProviderAdapter() {
            @Override
            public HttpCall toHttp(ProviderCall call) {
                return vertex.toHttp(inProject(call));
            }

            @Override
            public CallOutcome fromHttp(ProviderCall call, HttpAnswer answer) {
                return vertex.fromHttp(inProject(call), answer);
            }
        };
    }

    private static ProviderCall inProject(ProviderCall call) {
        return new ProviderCall(call.request(), call.deployment(), Map.of("project", "p-1"), call.credential(),
                call.clientRequestId(), call.dropParameters(), call.now());
    }

    @Override
    protected boolean takesImageUrls() {
        return true;
    }

    @Test
    void shouldAddressProjectAndLocationWithABearerToken() {
        HttpCall call = vertex(Map.of("project", "p-1", "location", "europe-west4", "user-project", "billed"), Calls.ENDPOINT,
                Calls.MODEL);
        assertThat(call.uri()).hasToString(Calls.ENDPOINT
                + "/v1/projects/p-1/locations/europe-west4/publishers/google/models/" + Calls.MODEL + ":generateContent");
        assertThat(call.headers()).extracting(header -> header.name() + "=" + header.value())
                .contains("Authorization=Bearer " + Calls.CANARY_KEY, "x-goog-user-project=billed");
    }

    @ParameterizedTest
    @CsvSource({"global,aiplatform.googleapis.com", "us,aiplatform.us.rep.googleapis.com", "eu,aiplatform.eu.rep.googleapis.com",
            "us-central1,us-central1-aiplatform.googleapis.com"})
    void shouldFindTheHostOfTheLocation(String location, String host) {
        HttpCall call = vertex(Map.of("project", "p", "location", location), "https://aiplatform.googleapis.com", "m");
        assertThat(call.uri().getHost()).isEqualTo(host);
        assertThat(call.uri().getPath()).startsWith("/v1/projects/p/locations/" + location + "/publishers/google/models/m:");
    }

    @Test
    void shouldTakeTheDeploymentsRegionElseGlobal() {
        ProviderCall call = Calls.with(Calls.request(Calls.user("hi")), Map.of("project", "p"), Set.of());
        assertThat(GeminiAdapter.onVertex().toHttp(call).uri().getPath()).contains("/locations/global/");
        call.deployment().setRegion("europe-west1");
        assertThat(GeminiAdapter.onVertex().toHttp(call).uri().getPath()).contains("/locations/europe-west1/");
    }

    @Test
    void shouldAddressTunedModels() {
        assertThat(vertex(Map.of("project", "p"), Calls.ENDPOINT, "endpoints/77").uri().getPath())
                .isEqualTo("/v1/projects/p/locations/global/endpoints/77:generateContent");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a/b", "p?x", "../x"})
    void shouldSayWhatToMendWhenTheProjectIsNone(String project) {
        assertThatThrownBy(() -> vertex(Map.of("project", project), Calls.ENDPOINT, "m"))
                .isInstanceOf(UntranslatableRequestException.class).hasMessageContaining("setting project");
    }

    @Test
    void shouldLetGoogleFetchImagesWhoseTypeTheAddressTells() {
        String image = "{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"%s\"}}]}";
        assertThat(imagesIn(sent(image.formatted("https://x/a.PNG?b=c.gif")))).containsExactly("https://x/a.PNG?b=c.gif");
        for (String url : List.of("https://x/a", "https://x.png/a", "http://x/a.png")) {
            assertThatThrownBy(() -> sent(image.formatted(url))).isInstanceOf(UntranslatableRequestException.class);
        }
    }

    private static HttpCall vertex(Map<String, String> settings, String endpoint, String model) {
        ProviderCall call = Calls.with(Calls.request(Calls.user("hi")), settings, Set.of());
        call.deployment().setEndpoint(endpoint);
        call.deployment().setModel(model);
        return GeminiAdapter.onVertex().toHttp(call);
    }
}
