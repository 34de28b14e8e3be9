package io.spillway.worker.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EntraTokensTest {

    private static final Instant START = Instant.parse("2026-11-21T12:00:00Z");
    private static final Secret CLIENT = Secret.of("""
            {"tenantId": "contoso.example", "clientId": "app-1", "clientSecret": "s3cret~&="}""");

    private final List<String> asked = new ArrayList<>();
    private volatile Instant now = START;
    private volatile TokenServer.Reply reply;

    private AccessTokens tokens() {
        return AccessTokens.ofEntraClients(this::grant, () -> now, () -> 0);
    }

    private TokenServer.Reply grant(URI uri, byte[] form) {
        asked.add(uri + " " + new String(form, StandardCharsets.US_ASCII));
        return reply != null
                ? reply
                : reply(200, "{\"token_type\":\"Bearer\",\"expires_in\":3599,\"access_token\":\"eyJ.t" + asked.size() + "\"}");
    }

    private static TokenServer.Reply reply(int status, String body) {
        return new TokenServer.Reply(status, body.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void shouldAskWithClientCredentialsForTheScopeOfCognitiveServices() {
        assertThat(tokens().token(CLIENT).reveal()).isEqualTo("eyJ.t1");

        assertThat(asked).singleElement().satisfies(request -> {
            assertThat(request).startsWith("https://login.microsoftonline.com/contoso.example/oauth2/v2.0/token ");
            String form = request.substring(request.indexOf(' ') + 1);
            assertThat(List.of(form.split("&"))).map(pair -> URLDecoder.decode(pair, StandardCharsets.UTF_8)).containsExactly(
                    "grant_type=client_credentials", "client_id=app-1", "client_secret=s3cret~&=",
                    "scope=https://cognitiveservices.azure.com/.default");
        });
    }

    @Test
    void shouldRenewBeforeTheEndAndReplaceARefusedToken() {
        AccessTokens tokens = tokens();
        Secret first = tokens.token(CLIENT);
        assertThat(tokens.token(CLIENT).isSame(first)).isTrue();

        now = START.plusSeconds(3599 - 300);
        Secret second = tokens.token(CLIENT);
        assertThat(second.isSame(first)).isFalse();
        now = now.plusSeconds(60);
        assertThat(tokens.replace(CLIENT, second).isSame(second)).isFalse();
        assertThat(asked).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"https://login.microsoftonline.us|https://login.microsoftonline.us/t/oauth2/v2.0/token",
            "https://login.partner.microsoftonline.cn/|https://login.partner.microsoftonline.cn/t/oauth2/v2.0/token",
            "http://127.0.0.1:8080|http://127.0.0.1:8080/t/oauth2/v2.0/token"})
    void shouldAskTheAuthorityOfTheFile(String authority, String expected) {
        Secret client = Secret
                .of("{\"tenantId\":\"t\",\"clientId\":\"c\",\"clientSecret\":\"s\",\"authority\":\"" + authority + "\"}");

        assertThat(EntraClient.parse(client).tokenUri()).hasToString(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "not json", "{\"tenantId\":\"t\",\"clientId\":\"c\"}",
            "{\"tenantId\":\"../x\",\"clientId\":\"c\",\"clientSecret\":\"canary\"}",
            "{\"tenantId\":\"t\",\"clientId\":\"c\",\"clientSecret\":\"canary\",\"authority\":\"http://login.example\"}",
            "{\"tenantId\":\"t\",\"clientId\":\"c\",\"clientSecret\":\"canary\",\"authority\":\"ht tp\"}"})
    void shouldNameTheFieldAtFaultAndSendNothing(String json) {
        assertThatThrownBy(() -> tokens().token(Secret.of(json))).isInstanceOf(CredentialException.class)
                .hasMessageContaining("Entra").hasMessageNotContaining("canary");
        assertThat(asked).isEmpty();
    }

    @Test
    void shouldTellARefusedClientFromAServerInTrouble() {
        reply = reply(401, "{\"error\":\"invalid_client\",\"error_description\":\"AADSTS7000215: s3cret\"}");
        assertThatThrownBy(() -> tokens().token(CLIENT)).isInstanceOf(CredentialException.class)
                .hasMessageContaining("invalid_client").hasMessageNotContaining("s3cret");
        reply = reply(503, "");
        assertThatThrownBy(() -> tokens().token(CLIENT)).isInstanceOf(TokenUnavailableException.class);
    }

    @Test
    void shouldShowNoSecret() {
        assertThat(EntraClient.parse(CLIENT).toString()).isEqualTo("EntraClient[app-1]");
    }
}
