package io.spillway.router.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.OptionalLong;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import io.spillway.router.domain.Rejection.Reason;

/** What a request itself demands of a deployment. */
class RouterPolicyTest {

    @ParameterizedTest
    @EnumSource(DataClass.class)
    void shouldGoOnlyWhereTheDataClassIsDeclared(DataClass dataClass) {
        Scene scene = new Scene().tier("a").tier("b").change("a", Scene.classes()).change("b", Scene.classes(dataClass))
                .needs(dataClass);
        Decision.Dispatch dispatch = scene.dispatch();
        assertThat(dispatch.deployment().id()).isEqualTo("b");
        assertThat(dispatch.rejected()).extracting(Rejection::reason).containsExactly(Reason.DATA_CLASS);
    }

    @Test
    void shouldRefuseWhenNoDeploymentMayServeTheDataClass() {
        Scene scene = new Scene().tier("a").tier("b").needs(DataClass.PHI);
        Decision.Reject reject = scene.reject();
        assertThat(reject.code()).isEqualTo(ErrorCode.POLICY_NO_TARGET);
        assertThat(reject.code().retryable()).isFalse();
        assertThat(reject.message()).doesNotContain("provider-of-a");
        assertThat(reject.rejected()).hasSize(2);
    }

    @Test
    void shouldNotLeaveTheAllowedSetEvenWhenItIsDown() {
        // Given only a may serve, and a is down
        Scene scene = new Scene().tier("a").tier("b").change("a", Scene.classes(DataClass.PII)).needs(DataClass.PII).health("a",
                Scene.broken(Scene.NOW.plusSeconds(5), Scene.NOW));
        // Then the request waits
        assertThat(scene.defer().until()).isEqualTo(Scene.NOW.plusSeconds(5));
    }

    @Test
    void shouldKeepToTheRegionsAsked() {
        Scene scene = new Scene().tier("a").tier("b").tier("c").change("a", Scene.region("us")).change("c", Scene.region("eu"))
                .needs(DataClass.INTERNAL, "eu", "ch");
        Decision.Dispatch dispatch = scene.dispatch();
        assertThat(dispatch.deployment().id()).isEqualTo("c");
        assertThat(dispatch.rejected()).extracting(Rejection::reason).containsExactly(Reason.REGION, Reason.REGION);
        assertThat(dispatch.rejected().get(1).detail()).contains("region unknown");
    }

    @Test
    void shouldNotMindRegionsWhenNoneIsAsked() {
        assertThat(new Scene().tier("a").change("a", Scene.region("us")).target()).isEqualTo("a");
    }

    @ParameterizedTest
    @CsvSource({"true,false,false,NO_TOOLS", "false,true,false,NO_VISION", "false,false,true,NO_JSON_SCHEMA"})
    void shouldGoOnlyWhereTheFeatureIsThere(boolean tools, boolean vision, boolean schema, Reason reason) {
        Scene scene = new Scene().tier("a").tier("b").change("a", Scene.capabilities(!tools, !vision, !schema)).needs(tools,
                vision, schema);
        Decision.Dispatch dispatch = scene.dispatch();
        assertThat(dispatch.deployment().id()).isEqualTo("b");
        assertThat(dispatch.rejected()).extracting(Rejection::reason).containsExactly(reason);
        scene.change("b", Scene.capabilities(!tools, !vision, !schema));
        assertThat(scene.reject().code()).isEqualTo(ErrorCode.POLICY_NO_TARGET);
    }

    @Test
    void shouldPassOverAWindowThePromptCannotFit() {
        Scene scene = new Scene().tier("a").tier("b").change("a", Scene.window(8_000)).prompt(8_001);
        Decision.Dispatch dispatch = scene.dispatch();
        assertThat(dispatch.deployment().id()).isEqualTo("b");
        assertThat(dispatch.rejected()).extracting(Rejection::reason).containsExactly(Reason.CONTEXT_WINDOW);
    }

    @Test
    void shouldTakeAWindowThePromptMayFit() {
        assertThat(new Scene().tier("a").change("a", Scene.window(8_000)).prompt(8_000).target()).isEqualTo("a");
    }

    @Test
    void shouldTryAnUnknownWindowOnce() {
        Scene scene = new Scene().tier("a").change("a", Scene.window(OptionalLong.empty())).prompt(5_000_000);
        assertThat(scene.target()).isEqualTo("a");
        assertThat(scene.failed("a", FailureKind.CONTEXT_WINDOW_EXCEEDED).reject().code())
                .isEqualTo(ErrorCode.CONTEXT_WINDOW_EXCEEDED);
    }

    @Test
    void shouldSkipSmallerAndUnknownWindowsAfterOneWasTooSmall() {
        // A rival's bug: a fallback with a smaller window kills the request instead of being skipped.
        Scene scene = new Scene().tier("a").tier("smaller").tier("equal").tier("unknown").tier("larger")
                .change("a", Scene.window(32_000))
                .change("smaller", Scene.window(8_000)).change("equal", Scene.window(32_000))
                .change("unknown", Scene.window(OptionalLong.empty())).change("larger", Scene.window(200_000));
        Decision.Dispatch dispatch = scene.failed("a", FailureKind.CONTEXT_WINDOW_EXCEEDED).dispatch();
        assertThat(dispatch.deployment().id()).isEqualTo("larger");
        assertThat(dispatch.rejected()).extracting(Rejection::deployment).containsExactly("a", "smaller", "equal", "unknown");
        assertThat(dispatch.rejected()).extracting(Rejection::reason).containsOnly(Reason.CONTEXT_WINDOW);
    }

    @Test
    void shouldWaitForTheLargerWindowWhenItIsDown() {
        Scene scene = new Scene().tier("a").tier("larger").change("a", Scene.window(32_000))
                .health("larger", Scene.broken(Scene.NOW.plusSeconds(7), Scene.NOW))
                .failed("a", FailureKind.CONTEXT_WINDOW_EXCEEDED);
        assertThat(scene.defer().until()).isEqualTo(Scene.NOW.plusSeconds(7));
    }

    @Test
    void shouldEndWhenNoWindowIsLarger() {
        Scene scene = new Scene().tier("a").tier("b").failed("a", FailureKind.CONTEXT_WINDOW_EXCEEDED);
        Decision.Reject reject = scene.reject();
        assertThat(reject.code()).isEqualTo(ErrorCode.CONTEXT_WINDOW_EXCEEDED);
        assertThat(reject.code().retryable()).isFalse();
    }

    @Test
    void shouldRememberTheSmallestHopeOverRounds() {
        Scene scene = new Scene().tier("a").tier("larger").change("a", Scene.window(32_000))
                .failed("a", FailureKind.CONTEXT_WINDOW_EXCEEDED)
                .failed("larger", FailureKind.TIMEOUT);
        Decision.Defer defer = scene.defer();
        scene.progress = defer.progress();
        scene.now = defer.until();
        assertThat(scene.target()).isEqualTo("larger");
    }

    @Test
    void shouldTryTheLastResortBeforeRefusingForPolicy() {
        // Given data that may only be served by the local model
        Scene scene = new Scene().tier("cloud").lastResort("local", Duration.ofSeconds(5))
                .change("local", Scene.classes(DataClass.PHI))
                .needs(DataClass.PHI);
        assertThat(scene.target()).isEqualTo("local");
        // And it is down: the request waits rather than fail
        scene.health("local", Scene.broken(Scene.NOW.plusSeconds(3), Scene.NOW));
        assertThat(scene.defer().until()).isEqualTo(Scene.NOW.plusSeconds(3));
    }

    @Test
    void shouldRefuseARouteThatIsNotThere() {
        Decision.Reject reject = new Scene().tier("a").route("nowhere").reject();
        assertThat(reject.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(reject.message()).isEqualTo("there is no route 'nowhere'");
        assertThat(reject.reason()).contains("revision 7");
    }

    @Test
    void shouldReadDataClassesInAnyCase() {
        assertThat(DataClass.parse(" Pii ")).contains(DataClass.PII);
        assertThat(DataClass.parse("secret")).isEmpty();
    }
}
