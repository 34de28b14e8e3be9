package io.spillway.router.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

import io.spillway.router.domain.DeploymentHealth;
import io.spillway.router.domain.ErrorCode;
import io.spillway.router.domain.FailureKind;
import io.spillway.router.domain.Lane;
import io.spillway.router.domain.Rejection;
import io.spillway.router.domain.SendState;

/** The domain's enums have the names of the contract's: they are mapped by name. */
class ContractMirrorTest {

    @Test
    void shouldMirrorFailureKinds() {
        // UNKNOWN is a kind of its own: a failure of a newer worker's kind is decided by its row.
        assertThat(names(FailureKind.values())).isEqualTo(names(io.spillway.v1.FailureKind.values()));
    }

    @Test
    void shouldMirrorErrorCodes() {
        assertThat(names(ErrorCode.values())).isEqualTo(withoutUnknown(io.spillway.v1.ErrorCode.values()));
    }

    @Test
    void shouldMirrorSendStates() {
        assertThat(names(SendState.values())).isEqualTo(withoutUnknown(io.spillway.v1.SendState.values()));
    }

    @Test
    void shouldMirrorRejectionReasons() {
        assertThat(names(Rejection.Reason.values())).isEqualTo(withoutUnknown(io.spillway.v1.RejectionReason.values()));
    }

    @Test
    void shouldMirrorBreakersAndLanes() {
        assertThat(names(DeploymentHealth.Breaker.values())).isEqualTo(names(io.spillway.v1.BreakerState.values()));
        assertThat(names(Lane.values())).isEqualTo(withoutUnknown(io.spillway.v1.Lane.values()));
    }

    @Test
    void shouldMapEveryFailureKindBothWays() {
        for (FailureKind kind : FailureKind.values()) {
            assertThat(ProgressMapper.toDomain(ProgressMapper.toAvro(kind))).isEqualTo(kind);
        }
    }

    private static Set<String> names(Enum<?>[] values) {
        return Arrays.stream(values).map(Enum::name).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> withoutUnknown(Enum<?>[] values) {
        Set<String> names = names(values);
        names.remove("UNKNOWN");
        return names;
    }
}
