package io.spillway.worker.consume;

import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.spillway.v1.Attempt;
import io.spillway.v1.ChatRequest;
import io.spillway.v1.DeploymentEntry;
import io.spillway.v1.Failure;
import io.spillway.v1.FailureKind;
import io.spillway.v1.SendState;
import io.spillway.worker.credential.CredentialException;
import io.spillway.worker.credential.Secret;
import io.spillway.worker.domain.AttemptClock;
import io.spillway.worker.http.CallResult;
import io.spillway.worker.http.CallTimeouts;
import io.spillway.worker.http.HttpExecutor;
import io.spillway.worker.http.Reach;
import io.spillway.worker.provider.CallOutcome;
import io.spillway.worker.provider.Failures;
import io.spillway.worker.provider.HttpCall;
import io.spillway.worker.provider.ProviderAdapter;
import io.spillway.worker.provider.ProviderCall;
import io.spillway.worker.provider.RateLimitHeaders;
import io.spillway.worker.provider.UntranslatableRequestException;

/**
 * Makes the call of one attempt: credential, translation, HTTP, judgement. Tries once; the only further tries are those with
 * another credential after one was refused, and those without a parameter that the deployment does not support, where the route
 * allows it. Every way it can end is a {@link CallEnd}.
 */
final class CallMaker {

    private static final Logger LOGGER = LoggerFactory.getLogger(CallMaker.class);

    /** Parameters one attempt may leave out, one after the other. */
    private static final int MOST_DROPS = 4;

    /** The deployment's setting for endpoints in private networks. */
    private static final String ALLOW_PRIVATE = "allow-private";

    private final HttpExecutor http;
    private final CredentialedCall credentials;
    private final Function<String, Optional<ProviderAdapter>> adapters;
    private final CallTimeouts timeouts;
    private final BrokerClock clock;

    /** @param timeouts the phases; the total comes from each attempt */
    CallMaker(HttpExecutor http, CredentialedCall credentials, Function<String, Optional<ProviderAdapter>> adapters,
            CallTimeouts timeouts, BrokerClock clock) {
        this.http = http;
        this.credentials = credentials;
        this.adapters = adapters;
        this.timeouts = timeouts;
        this.clock = clock;
    }

    CallEnd make(Attempt attempt, Target target) {
        AttemptClock rule = Events.clockOf(attempt);
        if (rule.isTooLateToCall(clock.now())) {
            return CallEnd.withoutCall(Events.expired());
        }
        long began = clock.millis();
        try {
            Set<String> dropped = new HashSet<>();
            while (true) {
                CallEnd end = callOrRefuse(attempt, target, rule, began, Set.copyOf(dropped));
                String unsupported = unsupportedParameter(end);
                if (!attempt.getDropUnsupportedParameters() || unsupported.isEmpty() || dropped.size() == MOST_DROPS
                        || !dropped.add(unsupported)) {
                    return end;
                }
            }
        } catch (CredentialException e) {
            return refused(Failures.workerSide(FailureKind.AUTHENTICATION_FAILED, String.valueOf(e.getMessage())));
        } catch (RuntimeException e) {
            LOGGER.atError().addKeyValue("deployment", attempt.getDeployment()).addKeyValue("attempt", attempt.getAttempt())
                    .addKeyValue("requestId", attempt.getRequestId()).addKeyValue("error", e.getClass().getName())
                    .addKeyValue("where", e.getStackTrace().length == 0 ? "" : e.getStackTrace()[0].toString())
                    .log("a call failed inside the worker; this is a bug");
            return new CallEnd(Events.workerFault(SendState.UNKNOWN, "the worker failed: " + e.getClass().getSimpleName()), null,
                    clock.millis() - began);
        }
    }

    /** The parameter to do without, when that is what the call ended with. */
    private static String unsupportedParameter(CallEnd end) {
        return end.outcome() instanceof CallOutcome.Failed failed
                && failed.failure().getKind() == FailureKind.UNSUPPORTED_PARAMETER ? failed.unsupportedParameter() : "";
    }

    private CallEnd callOrRefuse(Attempt attempt, Target target, AttemptClock rule, long began, Set<String> dropParameters) {
        try {
            return call(attempt, target, rule, began, dropParameters);
        } catch (UntranslatableRequestException e) {
            return CallEnd.withoutCall(new CallOutcome.Failed(Failures.untranslatable(e), e.parameter()));
        }
    }

    private CallEnd call(Attempt attempt, Target target, AttemptClock rule, long began, Set<String> dropParameters) {
        Optional<ProviderAdapter> adapter = adapters.apply(target.provider().getApi());
        if (adapter.isEmpty()) {
            return CallEnd.withoutCall(Events.workerFault(SendState.NOT_SENT, "this worker does not speak the dialect '"
                    + target.provider().getApi() + "' of provider '" + target.provider().getId() + "'"));
        }
        return credentials.make(target, attempt.getProbe() != null, () -> remaining(rule, began).isPositive(),
                secret -> call(attempt, target, rule, began, dropParameters, adapter.get(), secret));
    }

    private CallEnd call(Attempt attempt, Target target, AttemptClock rule, long began, Set<String> dropParameters,
            ProviderAdapter adapter, Secret secret) {
        DeploymentEntry deployment = target.deployment();
        ProviderCall call = new ProviderCall(withinOutputLimit(attempt.getRequest(), deployment), deployment,
                target.provider().getSettings(), secret,
                attempt.getRequestId() + ":" + attempt.getAttempt(), dropParameters, clock.now());
        HttpCall wire = adapter.toHttp(call);
        CallResult result = http.execute(wire, timeouts.withTotal(remaining(rule, began)), reach(deployment),
                head -> adapter.stream(call, head));
        long duration = clock.millis() - began;
        return switch (result) {
            case CallResult.Received received ->
                new CallEnd(adapter.fromHttp(call, received.answer()), received.firstByteMillis(), duration,
                        RateLimitHeaders.of(received.answer(), clock.now()));
            case CallResult.Streamed streamed -> new CallEnd(streamed.outcome(), streamed.firstTokenMillis(), duration,
                    RateLimitHeaders.of(streamed.head(), clock.now()));
            case CallResult.Broken broken -> new CallEnd(new CallOutcome.Failed(broken.failure().toFailure()), null, duration);
        };
    }

    /** What is left of the attempt's time, whatever was tried before. */
    private Duration remaining(AttemptClock rule, long began) {
        Duration left = rule.budget(clock.now());
        Duration ofTimeout = rule.timeout().minus(Duration.ofMillis(clock.millis() - began));
        return left.compareTo(ofTimeout) < 0 ? left : ofTimeout;
    }

    /** A fallback that writes shorter answers than the caller allows is asked for as much as it can. */
    private static ChatRequest withinOutputLimit(ChatRequest request, DeploymentEntry deployment) {
        Integer limit = deployment.getLimits().getMaxOutputTokens();
        Integer asked = request.getMaxTokens();
        return limit == null || asked == null || asked <= limit
                ? request
                : ChatRequest.newBuilder(request).setMaxTokens(limit).build();
    }

    /** What the operator declared for this one deployment; the provider's settings do not count. */
    private static Reach reach(DeploymentEntry deployment) {
        if (deployment.getAllowInsecure()) {
            return Reach.PRIVATE_PLAIN;
        }
        return "true".equals(deployment.getSettings().get(ALLOW_PRIVATE)) ? Reach.PRIVATE : Reach.PUBLIC;
    }

    private static CallEnd refused(Failure failure) {
        return CallEnd.withoutCall(new CallOutcome.Failed(failure));
    }
}
