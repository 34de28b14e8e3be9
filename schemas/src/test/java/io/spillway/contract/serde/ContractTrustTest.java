package io.spillway.contract.serde;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.avro.util.ClassSecurityValidator;
import org.apache.avro.util.ClassSecurityValidator.ClassSecurityPredicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ContractTrustTest {

    private final ClassSecurityPredicate before = ClassSecurityValidator.getGlobal();

    @AfterEach
    void restore() {
        ClassSecurityValidator.setGlobal(before);
    }

    @Test
    void shouldAddToWhatWasTrustedBefore() {
        // Given
        ClassSecurityValidator.setGlobal(type -> type == Integer.class);
        // When
        ContractTrust.trustPackageOf(Sample.class);
        // Then
        ClassSecurityPredicate after = ClassSecurityValidator.getGlobal();
        assertThat(after.isTrusted(Integer.class)).isTrue();
        assertThat(after.isTrusted(Tone.class)).isTrue();
        assertThat(after.isTrusted(ProcessBuilder.class)).isFalse();
    }

    @Test
    void shouldChangeNothingWhenCalledAgain() {
        // Given
        ContractTrust.trustContract();
        ContractTrust.trustPackageOf(Sample.class);
        ClassSecurityPredicate once = ClassSecurityValidator.getGlobal();
        // When
        ContractTrust.trustContract();
        new ContractTrust();
        // Then
        assertThat(ClassSecurityValidator.getGlobal()).isSameAs(once);
    }
}
