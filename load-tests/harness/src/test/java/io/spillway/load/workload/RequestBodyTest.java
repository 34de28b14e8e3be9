package io.spillway.load.workload;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

class RequestBodyTest {

    private final RequestBody bodies = new RequestBody("load");

    @Test
    void shouldWriteAValidRequestOfTheWantedSizeThatBeginsWithItsId() throws Exception {
        byte[] body = bodies.of("s1-42", new PlannedRequest(42, 42, 0, false, 1024, 64));

        JsonNode json = new ObjectMapper().readTree(body);
        String prompt = json.path("messages").path(0).path("content").asText();
        assertThat(json.path("model").asText()).isEqualTo("load");
        assertThat(json.path("max_tokens").asInt()).isEqualTo(64);
        assertThat(prompt.getBytes(StandardCharsets.UTF_8)).hasSize(1024);
        assertThat(prompt).startsWith(RequestBody.mark("s1-42"));
    }

    @Test
    void shouldKeepTheIdWholeWhenThePromptIsToBeShorter() {
        byte[] body = bodies.of("s1-42", new PlannedRequest(42, 42, 0, false, 1, 64));

        assertThat(new String(body, StandardCharsets.UTF_8)).contains(RequestBody.mark("s1-42"));
    }

    @Test
    void shouldFindTheIndexInAnIdOfTheRunOnly() {
        assertThat(RequestBody.index("s1", RequestBody.id("s1", new PlannedRequest(7, 7, 0, false, 1, 1)))).isEqualTo(7);
        assertThat(RequestBody.index("s1", RequestBody.id("s1", new PlannedRequest(9, 7, 0, false, 1, 1)))).isEqualTo(7);
        assertThat(RequestBody.index("s1", "s2-7")).isNegative();
        assertThat(RequestBody.index("s1", "s1")).isNegative();
        assertThat(RequestBody.index("s1", "s1-x")).isNegative();
        assertThat(RequestBody.index("s1", "")).isNegative();
    }

    @Test
    void shouldTellBodiesApartByTheirFingerprint() {
        byte[] one = bodies.of("s1-1", new PlannedRequest(1, 1, 0, false, 300, 64));
        byte[] other = bodies.of("s1-2", new PlannedRequest(2, 2, 0, false, 300, 64));

        assertThat(RequestBody.fingerprint(one)).isEqualTo(RequestBody.fingerprint(one.clone()))
                .isNotEqualTo(RequestBody.fingerprint(other));
    }
}
