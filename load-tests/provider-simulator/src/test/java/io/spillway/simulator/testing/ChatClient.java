package io.spillway.simulator.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Calls a simulated provider through java.net.http, with the least a valid request needs. */
public final class ChatClient implements AutoCloseable {

    public static final String OPENAI = "/v1/chat/completions";
    public static final String ANTHROPIC = "/v1/messages";

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10)).build();
    private final URI base;

    public ChatClient(URI base) {
        this.base = base;
    }

    public static String openAiBody(String model, String prompt) {
        return "{\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\",\"content\":\"" + prompt + "\"}]}";
    }

    public static String anthropicBody(String model, String prompt) {
        return "{\"model\":\"" + model + "\",\"max_tokens\":200,\"messages\":[{\"role\":\"user\",\"content\":\"" + prompt
                + "\"}]}";
    }

    public HttpResponse<String> openAi(String body, String... headers) throws IOException, InterruptedException {
        return http.send(request(OPENAI, body, headers), BodyHandlers.ofString());
    }

    public CompletableFuture<HttpResponse<String>> openAiAsync(String body, String... headers) {
        return http.sendAsync(request(OPENAI, body, headers), BodyHandlers.ofString());
    }

    public HttpResponse<String> anthropic(String body, String... headers) throws IOException, InterruptedException {
        HttpRequest request = request(ANTHROPIC, body, headers);
        return http.send(HttpRequest.newBuilder(request, (name, value) -> true).header("anthropic-version", "2023-06-01").build(),
                BodyHandlers.ofString());
    }

    /** Without the version header. */
    public HttpResponse<String> bareAnthropic(String body, String... headers) throws IOException, InterruptedException {
        return http.send(request(ANTHROPIC, body, headers), BodyHandlers.ofString());
    }

    /** Posts a body to any path. */
    public HttpResponse<String> post(String path, String body, String... headers) throws IOException, InterruptedException {
        return http.send(request(path, body, headers), BodyHandlers.ofString());
    }

    public HttpResponse<String> send(String method, String path, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(base.resolve(path)).timeout(Duration.ofSeconds(10))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body)).build();
        return http.send(request, BodyHandlers.ofString());
    }

    private HttpRequest request(String path, String body, String... headers) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(base.resolve(path)).timeout(Duration.ofSeconds(15))
                .POST(BodyPublishers.ofString(body));
        if (headers.length > 0) {
            builder.headers(headers);
        }
        return builder.build();
    }

    public static JsonNode json(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError("not JSON: " + text, e);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
