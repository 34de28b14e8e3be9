package io.spillway.health.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import io.spillway.health.domain.HealthPolicy;
import io.spillway.v1.HealthPolicyEntry;

class HealthPoliciesTest {

    @Test
    void shouldJudgeByTheDomainsNumbersWhenNothingIsSet() {
        // When
        HealthPolicy policy = HealthPolicies.toDomain(HealthPolicyEntry.newBuilder().build());

        // Then: all but the life of a grant, which the contract sets to the longest common call
        HealthPolicy defaults = HealthPolicy.defaults();
        assertThat(policy.opening()).isEqualTo(defaults.opening());
        assertThat(policy.openTime()).isEqualTo(defaults.openTime());
        assertThat(policy.cooldown()).isEqualTo(defaults.cooldown());
        assertThat(policy.suspension()).isEqualTo(defaults.suspension());
        assertThat(policy.reporting()).isEqualTo(defaults.reporting());
        assertThat(policy.probing().grantLifetime()).isEqualTo(Duration.ofSeconds(60));
        assertThat(policy.probing().successesToClose()).isEqualTo(3);
    }

    @Test
    void shouldTakeOverEveryNumber() {
        // When
        HealthPolicy policy = HealthPolicies.toDomain(HealthPolicyEntry.newBuilder().setFailureRateThreshold(0.5)
                .setConfidenceZ(1.96).setMinimumCalls(4).setConsecutiveFailures(7).setConsecutiveLocalFailures(2)
                .setOpenMillis(5_000).setMaxOpenMillis(50_000).setSuccessesToClose(1).setProbeTimeoutMillis(9_000)
                .setRampMillis(8_000).setMinCooldownMillis(200).setMaxCooldownMillis(3_000).build());

        // Then
        assertThat(policy.opening()).isEqualTo(new HealthPolicy.Opening(0.5, 1.96, 4, 4,
                HealthPolicy.Opening.defaults().windows(), 7, 2));
        assertThat(policy.openTime().base()).isEqualTo(Duration.ofSeconds(5));
        assertThat(policy.openTime().cap()).isEqualTo(Duration.ofSeconds(50));
        assertThat(policy.probing().successesToClose()).isEqualTo(1);
        assertThat(policy.probing().grantLifetime()).isEqualTo(Duration.ofSeconds(9));
        assertThat(policy.probing().ramp()).isEqualTo(Duration.ofSeconds(8));
        assertThat(policy.cooldown())
                .isEqualTo(new HealthPolicy.CooldownLimits(Duration.ofMillis(200), Duration.ofSeconds(3)));
    }

    @Test
    void shouldNameTheNumberThatIsOutOfRange() {
        assertThatThrownBy(() -> HealthPolicies.toDomain(HealthPolicyEntry.newBuilder().setOpenMillis(10).build()))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("open.base").hasMessageContaining("PT1S");
    }
}
