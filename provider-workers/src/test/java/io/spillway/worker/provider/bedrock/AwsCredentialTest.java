package io.spillway.worker.provider.bedrock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;

import io.spillway.worker.credential.CredentialException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AwsCredentialTest {

    private static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    private static final AwsCredential KEY = new AwsCredential.AccessKey("AKIAIOSFODNN7EXAMPLE", SECRET, "");
    private static final AwsCredential TEMPORARY = new AwsCredential.AccessKey("AKIAIOSFODNN7EXAMPLE", SECRET, "IQoJ/b3=");

    private static AwsCredential read(String text) {
        return new AwsCredential.Reader("credential ${file:/run/secrets/aws}").read(text.replace("HIDDEN", SECRET).strip());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"accessKeyId\":\"AKIAIOSFODNN7EXAMPLE\",\"secretAccessKey\":\"HIDDEN\"}",
            "{\"Version\":1,\"AccessKeyId\":\"AKIAIOSFODNN7EXAMPLE\",\"SecretAccessKey\":\"HIDDEN\"}",
            "[default]\naws_access_key_id=AKIAIOSFODNN7EXAMPLE\naws_secret_access_key=HIDDEN",
            "[default]\r\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\r\naws_secret_access_key = HIDDEN\r\nregion = eu-central-1",
            "# mine\n[team]\naws_access_key_id=AKIAIOSFODNN7EXAMPLE\naws_secret_access_key=HIDDEN",
            "[other]\naws_access_key_id=x\n[default]\naws_access_key_id=AKIAIOSFODNN7EXAMPLE\naws_secret_access_key=HIDDEN",
            "export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE\nexport AWS_SECRET_ACCESS_KEY=HIDDEN"})
    void shouldReadLastingKeys(String text) {
        assertThat(read(text)).isEqualTo(KEY);
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "{\"accessKeyId\":\"AKIAIOSFODNN7EXAMPLE\",\"secretAccessKey\":\"HIDDEN\",\"sessionToken\":\"IQoJ/b3=\"}",
            "{\"Credentials\":{\"AccessKeyId\":\"AKIAIOSFODNN7EXAMPLE\",\"SecretAccessKey\":\"HIDDEN\",\"SessionToken\":\"IQoJ/b3=\","
                    + "\"Expiration\":\"2026-11-21T13:00:00Z\"}}",
            "[default]\naws_access_key_id=AKIAIOSFODNN7EXAMPLE\naws_secret_access_key=HIDDEN\naws_session_token=IQoJ/b3="})
    void shouldReadTemporaryKeys(String text) {
        assertThat(read(text)).isEqualTo(TEMPORARY);
    }

    @Test
    void shouldReadApiKeys() {
        for (String key : List.of("ABSKQmVkcm9ja0FQSUtleS1leGFtcGxl==", "bedrock-api-key-YmVkcm9jay5hbWF6b25hd3M=")) {
            assertThat(read(key)).isEqualTo(new AwsCredential.ApiKey(key));
            assertThat(read("AWS_BEARER_TOKEN_BEDROCK=" + key)).isEqualTo(new AwsCredential.ApiKey(key));
            assertThat(read("[default]\naws_bearer_token_bedrock = " + key)).isEqualTo(new AwsCredential.ApiKey(key));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"{\"accessKeyId\":\"AKIAIOSFODNN7EXAMPLE\"}|has no secretAccessKey",
            "{\"secretAccessKey\":\"HIDDEN\"}|has no accessKeyId", "{\"accessKeyId\":\"HIDDEN|begins like JSON and is none",
            "{\"accessKeyId\":\"AKIAIOSFODNN7EXAMPLE\",\"secretAccessKey\":\"a b HIDDEN\"}|has a key with characters that no key has",
            "aws_access_key_id=AKIAIOSFODNN7EXAMPLE|has no aws_secret_access_key", "[default]|has no keys",
            "[a]@aws_access_key_id=HIDDEN@[b]@aws_access_key_id=HIDDEN|has several profiles",
            "AKIAIOSFODNN7EXAMPLE|is an access key id without its secret", "AKIAIOSFODNN7EXAMPLE HIDDEN|is in no form"})
    void shouldSayWhatIsWrongWithoutShowingIt(String text, String problem) {
        assertThatThrownBy(() -> read(text.replace("@", "\n"))).isInstanceOf(CredentialException.class)
                .hasMessageStartingWith("credential ${file:/run/secrets/aws} " + problem).hasMessageContaining("write {")
                .hasMessageNotContaining(SECRET).hasMessageNotContaining("AKIAIOSFODNN7EXAMPLE").hasNoCause();
    }

    @Test
    void shouldNeverShowItself() {
        assertThat(KEY + " " + TEMPORARY + read("some-key")).doesNotContain("AKIA").doesNotContain(SECRET).doesNotContain("some");
    }
}
