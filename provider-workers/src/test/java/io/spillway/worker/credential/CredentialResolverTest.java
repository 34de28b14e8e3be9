package io.spillway.worker.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialResolverTest {

    @TempDir
    private Path folder;

    private long now = 1_000_000;

    @Test
    void shouldTrimTheFileWhenItEndsInANewline() throws IOException {
        Path key = Files.writeString(folder.resolve("key"), "  sk-first \n");

        assertThat(resolver(false).resolve("${file:" + key + "}").reveal()).isEqualTo("sk-first");
    }

    @Test
    void shouldReadAgainAfterFiveSecondsWhenTheContentChanged() throws IOException {
        Path key = Files.writeString(folder.resolve("key"), "sk-first");
        CredentialResolver resolver = resolver(false);
        String reference = "${file:" + key + "}";
        assertThat(resolver.resolve(reference).reveal()).isEqualTo("sk-first");
        Files.writeString(key, "sk-other");

        now += 4_999;
        assertThat(resolver.resolve(reference).reveal()).isEqualTo("sk-first");
        now += 1;
        assertThat(resolver.resolve(reference).reveal()).isEqualTo("sk-other");
    }

    @Test
    void shouldFollowTheLinkWhenItIsSwappedAsKubernetesDoes() throws IOException {
        Path old = Files.createDirectory(folder.resolve("v1"));
        Path next = Files.createDirectory(folder.resolve("v2"));
        Files.writeString(old.resolve("key"), "sk-v1");
        Files.writeString(next.resolve("key"), "sk-v2");
        Path data = Files.createSymbolicLink(folder.resolve("..data"), old);
        CredentialResolver resolver = resolver(false);
        String reference = "${file:" + data.resolve("key") + "}";
        assertThat(resolver.resolve(reference).reveal()).isEqualTo("sk-v1");

        Path swap = Files.createSymbolicLink(folder.resolve("..swap"), next);
        Files.move(swap, data, StandardCopyOption.ATOMIC_MOVE);
        now += 5_000;

        assertThat(resolver.resolve(reference).reveal()).isEqualTo("sk-v2");
    }

    @Test
    void shouldKeepTheLastGoodSecretWhenTheFileVanishesOrTurnsEmpty() throws IOException {
        Path key = Files.writeString(folder.resolve("key"), "sk-good");
        CredentialResolver resolver = resolver(false);
        String reference = "${file:" + key + "}";
        assertThat(resolver.resolve(reference).reveal()).isEqualTo("sk-good");

        Files.writeString(key, "\n");
        now += 5_000;
        assertThat(resolver.resolve(reference).reveal()).isEqualTo("sk-good");
        Files.delete(key);
        now += 5_000;
        assertThat(resolver.resolve(reference).reveal()).isEqualTo("sk-good");
        Files.writeString(key, "sk-back");
        now += 5_000;
        assertThat(resolver.resolve(reference).reveal()).isEqualTo("sk-back");
    }

    @Test
    void shouldNameTheFileWhenItIsMissing() {
        assertThatThrownBy(() -> resolver(false).resolve("${file:" + folder.resolve("none") + "}"))
                .isInstanceOf(CredentialException.class).hasMessageContaining(folder.resolve("none").toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"sk-live-1234567890", "Bearer abc", "${file}", "$file:/x", "${FILE:/x}"})
    void shouldRefuseWithoutRepeatingItWhenTheValueIsNotAReference(String literal) {
        assertThatThrownBy(() -> resolver(true).resolve(literal)).isInstanceOf(CredentialException.class)
                .hasMessageContaining("${file:/path").hasMessageNotContaining(literal);
    }

    @Test
    void shouldRefuseEnvironmentVariablesUnlessAllowed() {
        assertThatThrownBy(() -> resolver(false).resolve("${env:KEY}")).isInstanceOf(CredentialException.class)
                .hasMessageContaining("worker.credentials.allow.env=true");
        assertThat(resolver(true).resolve("${env:KEY}").reveal()).isEqualTo("sk-env");
        assertThatThrownBy(() -> resolver(true).resolve("${env:OTHER}")).isInstanceOf(CredentialException.class)
                .hasMessageContaining("OTHER");
    }

    @Test
    void shouldHaveNoSecretWhenThereIsNoReference() {
        assertThat(resolver(false).resolve(null).isNone()).isTrue();
        assertThat(resolver(false).resolve(" ").isNone()).isTrue();
    }

    private CredentialResolver resolver(boolean allowEnvironment) {
        return new CredentialResolver(allowEnvironment, Map.of("KEY", "sk-env")::get, () -> now);
    }
}
