package io.spillway.simulator;

import static io.spillway.simulator.testing.ChatClient.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.simulator.testing.ChatClient;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GeminiWireTest {

    private static final String UNARY = "/v1beta/models/gemini-3.8-flash:generateContent";
    private static final String STREAM = "/v1beta/models/gemini-3.8-flash:streamGenerateContent?alt=sse";
    private static final String VERTEX = "/v1/projects/p/locations/eu/publishers/google/models/gemini-3.8-flash:generateContent";

    private SimulatedProvider provider;
    private ChatClient client;

    private void start(SimulatorConfig config) {
        provider = SimulatedProvider.start(config);
        client = new ChatClient(provider.baseUri());
    }

    @AfterEach
    void stop() {
        client.close();
        provider.close();
    }

    private static String body(String prompt) {
        return "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"" + prompt + "\"}]}]}";
    }

    @Test
    void shouldAnswerWithTheFieldsOfARealAnswer() throws Exception {
        start(SimulatorConfig.of("google").withTokens(new Tokens(4, 48, 10, 0.25)));

        HttpResponse<String> response = client.send("POST", UNARY, body("long ".repeat(1000)));

        JsonNode answer = json(response.body());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(answer.at("/candidates/0/content/role").asText()).isEqualTo("model");
        assertThat(answer.at("/candidates/0/content/parts/0/text").asText()).contains("long long");
        assertThat(answer.at("/candidates/0/finishReason").asText()).isEqualTo("STOP");
        assertThat(answer.path("modelVersion").asText()).isEqualTo("gemini-3.8-flash");
        assertThat(answer.path("responseId").asText()).isNotEmpty();
        JsonNode usage = answer.path("usageMetadata");
        assertThat(usage.path("promptTokenCount").asInt()).isEqualTo(1253);
        assertThat(usage.path("cachedContentTokenCount").asInt()).isEqualTo(313);
        assertThat(usage.path("thoughtsTokenCount").asInt()).isEqualTo(10);
        assertThat(provider.calls().paid().getFirst().completionTokens())
                .isEqualTo(usage.path("candidatesTokenCount").asInt() + 10);
        assertThat(provider.calls().paid().getFirst().model()).isEqualTo("gemini-3.8-flash");
    }

    @Test
    void shouldStreamAnswersThatAddUp() throws Exception {
        start(SimulatorConfig.of("google"));

        JsonNode whole = json(client.send("POST", UNARY, body("stream please")).body());
        List<String> events = OpenAiWireTest.events(client.send("POST", STREAM, body("stream please")).body());

        StringBuilder text = new StringBuilder();
        for (String event : events) {
            assertThat(event).startsWith("data: {");
            text.append(json(event.substring(6)).at("/candidates/0/content/parts/0/text").asText());
        }
        assertThat(events).hasSizeGreaterThan(2);
        assertThat(text.toString()).isEqualTo(whole.at("/candidates/0/content/parts/0/text").asText());
        JsonNode last = json(events.getLast().substring(6));
        assertThat(last.path("usageMetadata")).isEqualTo(whole.path("usageMetadata"));
        assertThat(last.at("/candidates/0/finishReason").asText()).isEqualTo("STOP");
    }

    @Test
    void shouldCallAToolAndWantItsResultBack() throws Exception {
        start(SimulatorConfig.of("google"));
        String tools = ",\"toolConfig\":{\"functionCallingConfig\":{\"mode\":\"ANY\"}},\"tools\":[{\"functionDeclarations\":[{\"name\":"
                + "\"look_up\",\"parametersJsonSchema\":{\"type\":\"object\",\"properties\":{\"key\":{\"type\":\"string\"}}}}]}]}";
        String user = "{\"role\":\"user\",\"parts\":[{\"text\":\"hi\"}]}";

        JsonNode part = json(client.send("POST", UNARY, "{\"contents\":[" + user + "]" + tools).body())
                .at("/candidates/0/content/parts/0");
        assertThat(part.at("/functionCall/args")).isEqualTo(json("{\"key\":\"sample\"}"));
        String result = "{\"role\":\"user\",\"parts\":[{\"functionResponse\":{\"name\":\"look_up\",\"response\":{\"output\":\"x\"}}}]}";
        String signed = "{\"role\":\"model\",\"parts\":[" + part + "]}";
        ((ObjectNode) part).remove("thoughtSignature");
        String unsigned = "{\"role\":\"model\",\"parts\":[" + part + "]}";

        HttpResponse<String> after = client.send("POST", UNARY,
                "{\"contents\":[" + user + "," + signed + "," + result + "]" + tools
                        .replace("ANY", "AUTO"));
        assertThat(json(after.body()).at("/candidates/0/content/parts/0/text").asText()).isNotEmpty();
        assertError(client.send("POST", UNARY, "{\"contents\":[" + user + "," + unsigned + "," + result + "]}"), 400,
                "INVALID_ARGUMENT", "thought_signature");
        assertError(client.send("POST", UNARY, "{\"contents\":[" + user + "," + signed + "]}"), 400, "INVALID_ARGUMENT",
                "number of function response parts");
    }

    @Test
    void shouldRefuseWrongRequestsInRealWords() throws Exception {
        start(SimulatorConfig.of("google")
                .withRules(Rules.standard().withModels(Set.of("gemini-3.8-flash")).withContextWindow(300)));
        String invalid = "INVALID_ARGUMENT";

        assertError(client.send("POST", UNARY, "[]"), 400, invalid, "Invalid JSON payload");
        assertError(client.send("POST", UNARY, "{}"), 400, invalid, "contents is not specified");
        assertError(client.send("POST", UNARY, body("x").replace("contents", "messages")), 400, invalid, "Unknown name");
        assertError(client.send("POST", UNARY, body("x").replace("\"user\"", "\"assistant\"")), 400, invalid, "valid role");
        assertError(client.send("POST", UNARY, body("")), 400, invalid, "empty text");
        assertError(client.send("POST", UNARY, body("x").replace("]}]}", "]}],\"generationConfig\":{\"max_tokens\":5}}")), 400,
                invalid, "Unknown name \"max_tokens\" at 'generation_config'");
        assertError(client.send("POST", UNARY, body("x").replace("]}]}", "]}],\"generationConfig\":{\"temperature\":3}}")), 400,
                invalid, "temperature");
        assertError(client.send("POST", UNARY, body("x".repeat(2000))), 400, invalid,
                "input token count (503) exceeds the maximum number of tokens allowed (300)");
        assertError(client.send("POST", UNARY.replace("3.8", "0"), body("x")), 404, "NOT_FOUND", "gemini-0-flash");
        assertError(client.send("POST", STREAM.replace("?alt=sse", ""), body("x")), 400, invalid, "alt=sse");
        assertThat(client.send("POST", UNARY, body("x")).statusCode()).isEqualTo(200);
        assertThat(provider.calls().paidCount()).isEqualTo(1);
    }

    @Test
    void shouldCheckTheKeyAsEachSurfaceDoes() throws Exception {
        start(SimulatorConfig.of("google").withRules(Rules.standard().withApiKey("right")));

        assertError(client.send("POST", UNARY, body("x")), 403, "PERMISSION_DENIED", "unregistered callers");
        assertError(client.send("POST", UNARY + "?key=wrong", body("x")), 400, "INVALID_ARGUMENT", "API key not valid");
        assertThat(client.send("POST", UNARY + "?key=right", body("x")).statusCode()).isEqualTo(200);
        assertError(client.send("POST", VERTEX, body("x")), 401, "UNAUTHENTICATED", "");
        assertThat(client.post(UNARY, body("x"), "x-goog-api-key", "right").statusCode()).isEqualTo(200);
        assertThat(client.post(VERTEX, body("x"), "Authorization", "Bearer right").statusCode()).isEqualTo(200);
    }

    @Test
    void shouldSayInTheBodyHowLongToWait() throws Exception {
        start(SimulatorConfig.of("google"));
        provider.behave(new Behaviour.RateLimited(Optional.of(Duration.ofMillis(1500)), 429, ""));
        JsonNode minute = json(client.send("POST", UNARY, body("x")).body());
        provider.behave(new Behaviour.RateLimited(Optional.empty(), 429, "PerDay"));
        JsonNode day = json(client.send("POST", UNARY, body("x")).body());
        provider.behave(new Behaviour.ErrorStatus(503, "", ""));
        JsonNode overloaded = json(client.send("POST", UNARY, body("x")).body());

        assertThat(minute.at("/error/status").asText()).isEqualTo("RESOURCE_EXHAUSTED");
        assertThat(minute.at("/error/details").toString()).contains("PerMinute").contains("\"retryDelay\":\"1.500s\"");
        assertThat(day.at("/error/details").toString()).contains("PerDay").doesNotContain("retryDelay");
        assertThat(overloaded.at("/error")).isEqualTo(json(
                "{\"code\":503,\"message\":\"The model is overloaded. Please try again later.\",\"status\":\"UNAVAILABLE\"}"));
    }

    @Test
    void shouldHandOutTokensForSignedAssertionsUntilTheyExpire() throws Exception {
        start(SimulatorConfig.of("google"));
        JsonNode account = json(provider.serviceAccountKey());

        JsonNode granted = json(token(account, 3600).body());
        String bearer = "Bearer " + granted.path("access_token").asText();
        assertThat(granted.path("expires_in").asInt()).isEqualTo(3599);
        assertThat(client.post(VERTEX, body("x"), "Authorization", bearer).statusCode()).isEqualTo(200);
        provider.expireTokens();
        assertError(client.post(VERTEX, body("x"), "Authorization", bearer), 401, "UNAUTHENTICATED", "");
        assertThat(provider.issuedTokens()).isEqualTo(1);

        assertThat(token(account, 7200).statusCode()).isEqualTo(400);
        assertThat(json(token(account.deepCopy(), 7200).body()).path("error").asText()).isEqualTo("invalid_grant");
        assertThat(client.send("POST", "/oauth2/token", "grant_type=x").statusCode()).isEqualTo(400);
        assertThat(json(client.send("GET", "/_admin/service-account", "").body())).isEqualTo(account);
    }

    private HttpResponse<String> token(JsonNode account, long lifetime) throws Exception {
        long now = Instant.now().getEpochSecond();
        String email = account.path("client_email").asText();
        ObjectNode claims = JsonNodeFactory.instance.objectNode().put("iss", email).put("sub", email)
                .put("aud", "https://oauth2.googleapis.com/token").put("scope", "https://www.googleapis.com/auth/cloud-platform")
                .put("iat", now).put("exp", now + lifetime);
        String header = "{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"" + account.path("private_key_id").asText() + "\"}";
        String signed = encoded(header.getBytes(StandardCharsets.UTF_8)) + "."
                + encoded(claims.toString().getBytes(StandardCharsets.UTF_8));
        String pem = account.path("private_key").asText().replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(
                KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem))));
        signature.update(signed.getBytes(StandardCharsets.US_ASCII));
        String form = "grant_type=" + URLEncoder.encode("urn:ietf:params:oauth:grant-type:jwt-bearer", StandardCharsets.UTF_8)
                + "&assertion=" + signed + "." + encoded(signature.sign());
        return client.send("POST", URI.create(account.path("token_uri").asText()).getPath(), form);
    }

    private static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static void assertError(HttpResponse<String> response, int status, String word, String message) {
        JsonNode error = json(response.body()).path("error");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(error.path("code").asInt()).isEqualTo(status);
        assertThat(error.path("status").asText()).isEqualTo(word);
        assertThat(error.path("message").asText()).contains(message);
    }
}
