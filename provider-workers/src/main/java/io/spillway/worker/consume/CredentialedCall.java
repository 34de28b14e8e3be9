package io.spillway.worker.consume;

import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

import io.spillway.v1.Failure;
import io.spillway.v1.FailureKind;
import io.spillway.v1.FailureScope;
import io.spillway.v1.SendState;
import io.spillway.worker.credential.CredentialBook;
import io.spillway.worker.credential.CredentialException;
import io.spillway.worker.credential.DeploymentCredentials;
import io.spillway.worker.credential.DeploymentCredentials.Exhaustion;
import io.spillway.worker.credential.DeploymentCredentials.Pick;
import io.spillway.worker.credential.Secret;
import io.spillway.worker.credential.TokenSource;
import io.spillway.worker.credential.TokenUnavailableException;
import io.spillway.worker.domain.CredentialRing.Cause;
import io.spillway.worker.domain.CredentialRing.Content;
import io.spillway.worker.provider.CallOutcome;
import io.spillway.worker.provider.Failures;

/**
 * Makes a call with one of the deployment's credentials. When the provider refuses it, exactly that credential is put to rest and
 * the call is made again at once with the next one: a refusal is not billed, and the attempt fails for its credential only when
 * none is left.
 */
final class CredentialedCall {

    /** The call itself. */
    @FunctionalInterface
    interface Call {
        CallEnd with(Secret secret);
    }

    private final CredentialBook book;
    private final CredentialMetrics metrics;

    CredentialedCall(CredentialBook book, CredentialMetrics metrics) {
        this.book = book;
        this.metrics = metrics;
    }

    /**
     * @param isProbe whether the attempt is there to find out if the deployment works again
     * @param hasTime whether another call fits into the attempt's time
     */
    CallEnd make(Target target, boolean isProbe, BooleanSupplier hasTime, Call call) {
        DeploymentCredentials credentials = book.of(target.deployment());
        if (credentials.isNone()) {
            return call.with(Secret.none());
        }
        Set<Content> tried = new HashSet<>();
        @Nullable
        CallEnd last = null;
        while (last == null || hasTime.getAsBoolean()) {
            Optional<Pick> next = pick(credentials, tried, isProbe);
            if (next.isEmpty()) {
                return last == null ? noneLeft(credentials) : last;
            }
            Pick pick = next.get();
            tried.add(pick.content());
            CallEnd end = once(target, pick, hasTime, call).with(pick.reference());
            Optional<Failure> refusal = refusal(end);
            if (refusal.isEmpty()) {
                if (end.outcome() instanceof CallOutcome.Answered) {
                    credentials.accepted(pick);
                }
                return end;
            }
            FailureKind kind = refusal.get().getKind();
            metrics.refused(target.deployment(), pick.name(), kind);
            credentials.refused(pick, kind == FailureKind.QUOTA_EXHAUSTED ? Cause.EXHAUSTED : Cause.REFUSED, hint(refusal.get()));
            last = preferred(last, end);
        }
        return last;
    }

    /** While other credentials may still be tried, one that cannot be resolved is no reason to fail. */
    private static Optional<Pick> pick(DeploymentCredentials credentials, Set<Content> tried, boolean isProbe) {
        try {
            return credentials.next(tried, isProbe);
        } catch (CredentialException e) {
            if (tried.isEmpty()) {
                throw e;
            }
            return Optional.empty();
        }
    }

    private CallEnd once(Target target, Pick pick, BooleanSupplier hasTime, Call call) {
        Optional<TokenSource> tokens = book.tokens(target.provider(), target.deployment(), pick.secret());
        if (tokens.isEmpty()) {
            return call.with(pick.secret());
        }
        try {
            return withToken(tokens.get(), pick.secret(), hasTime, call);
        } catch (TokenUnavailableException e) {
            return CallEnd.withoutCall(new CallOutcome.Failed(
                    Failures.workerSide(FailureKind.CONNECTION_FAILED, String.valueOf(e.getMessage()))));
        } catch (CredentialException e) {
            return CallEnd.withoutCall(new CallOutcome.Failed(
                    Failures.workerSide(FailureKind.AUTHENTICATION_FAILED, String.valueOf(e.getMessage()))));
        }
    }

    /** A token may end early: it is replaced once before the account behind it is blamed. */
    private static CallEnd withToken(TokenSource tokens, Secret credential, BooleanSupplier hasTime, Call call) {
        Secret token = tokens.token(credential);
        CallEnd end = call.with(token);
        boolean isRefused = refusal(end).filter(failure -> failure.getKind() == FailureKind.AUTHENTICATION_FAILED).isPresent();
        if (!isRefused || !hasTime.getAsBoolean()) {
            return end;
        }
        Secret other = tokens.replace(credential, token);
        return other.isSame(token) ? end : call.with(other);
    }

    /** The failure, when it is the credential's. */
    private static Optional<Failure> refusal(CallEnd end) {
        if (!(end.outcome() instanceof CallOutcome.Failed(Failure failure, String _))) {
            return Optional.empty();
        }
        return switch (failure.getKind()) {
            case AUTHENTICATION_FAILED, PERMISSION_DENIED -> Optional.of(failure);
            case QUOTA_EXHAUSTED -> Optional.of(failure).filter(each -> each.getScope() == FailureScope.CREDENTIAL);
            case RATE_LIMITED, OVERLOADED, SERVER_ERROR, CONNECTION_FAILED, TIMEOUT, MALFORMED_RESPONSE, MODEL_NOT_FOUND,
                    CONTEXT_WINDOW_EXCEEDED, UNSUPPORTED_PARAMETER, CONTENT_FILTERED, INVALID_REQUEST, QUEUE_TIMEOUT, EXPIRED,
                    WORKER_LOST, CANCELLED, UNKNOWN ->
                Optional.empty();
        };
    }

    private static Optional<Duration> hint(Failure failure) {
        return Optional.ofNullable(failure.getRetryAfterMillis()).map(Duration::ofMillis);
    }

    /** An empty account has a known end, a refused key has not: the former is the better news. */
    private static CallEnd preferred(@Nullable CallEnd before, CallEnd end) {
        boolean wasExhausted = before != null && refusal(before)
                .filter(failure -> failure.getKind() == FailureKind.QUOTA_EXHAUSTED).isPresent();
        return before != null && wasExhausted ? before : end;
    }

    private static CallEnd noneLeft(DeploymentCredentials credentials) {
        Optional<Exhaustion> exhaustion = credentials.exhaustion();
        if (exhaustion.isEmpty()) {
            return ended(FailureKind.AUTHENTICATION_FAILED, "the catalogue has disabled every credential of the deployment");
        }
        return switch (exhaustion.get().cause()) {
            case REFUSED -> ended(FailureKind.AUTHENTICATION_FAILED,
                    "the provider refused every credential of the deployment a moment ago");
            case EXHAUSTED -> {
                CallEnd end = ended(FailureKind.QUOTA_EXHAUSTED, "every account behind the deployment's credentials is used up");
                refusal(end).ifPresent(failure -> failure.setRetryAfterMillis(exhaustion.get().endsIn().toMillis()));
                yield end;
            }
        };
    }

    private static CallEnd ended(FailureKind kind, String message) {
        return CallEnd.withoutCall(new CallOutcome.Failed(Failures.of(kind, SendState.NOT_SENT, message)));
    }
}
