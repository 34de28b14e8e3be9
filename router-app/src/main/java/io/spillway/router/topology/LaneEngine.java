package io.spillway.router.topology;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

import io.spillway.router.domain.AttemptFailure;
import io.spillway.router.domain.DataClass;
import io.spillway.router.domain.Decision;
import io.spillway.router.domain.Deployment;
import io.spillway.router.domain.Draw;
import io.spillway.router.domain.ErrorCode;
import io.spillway.router.domain.Progress;
import io.spillway.router.domain.RequestFacts;
import io.spillway.router.domain.Router;
import io.spillway.router.domain.Surroundings;
import io.spillway.router.domain.Tier;
import io.spillway.router.topology.DecisionRecords.Cause;
import io.spillway.router.topology.Outbox.DeadLetter;
import io.spillway.router.topology.Outbox.Making;
import io.spillway.v1.Attempt;
import io.spillway.v1.AttemptEvent;
import io.spillway.v1.AttemptRef;
import io.spillway.v1.ChatRequest;
import io.spillway.v1.DecisionTrigger;
import io.spillway.v1.Failed;
import io.spillway.v1.Lane;
import io.spillway.v1.Renewed;
import io.spillway.v1.Started;
import io.spillway.v1.Succeeded;
import io.spillway.v1.state.FinishedRequest;
import io.spillway.v1.state.OpenAttempt;
import io.spillway.v1.state.RequestProgress;
import io.spillway.v1.state.StoredRequest;

/**
 * The life of the requests one task owns: accepted, dispatched, settled. It reads and writes state and asks {@link Router} what to
 * do; it decides nothing itself. Owned by one stream thread; everything it does for one record commits together.
 */
final class LaneEngine {

    /** Work done at most in one tick, so that a tick never blocks a commit for long. */
    private static final int DUE_PER_TICK = 2_000;
    private static final int WAKES_PER_TICK = 500;
    /** Parked requests in a row that may be looked at in vain before a route is left until the next tick. */
    private static final int VAIN_LOOKS = 8;

    /** What an engine works with. */
    record Parts(Lane lane, int partition, RouterSettings settings, LaneStores stores, Outbox outbox, Ingress ingress,
            World world, OpenRequests open, ReportsRead reports, RouterMetrics metrics) {}

    private final Parts parts;
    private final LaneStores stores;
    private final Outbox outbox;
    private final World world;
    private final OpenRequests open;
    private final RouterMetrics metrics;
    private final DecisionRecords decisions;
    private long versionSeen;
    /** Whether the last tick ended before everybody who deserved a look had one. */
    private boolean newsLeft;

    LaneEngine(Parts parts) {
        this.parts = parts;
        this.stores = parts.stores();
        this.outbox = parts.outbox();
        this.world = parts.world();
        this.open = parts.open();
        this.metrics = parts.metrics();
        this.decisions = new DecisionRecords(parts.lane());
    }

    /**
     * Rebuilds the indexes from the stores. Whether an open attempt's call had begun is not stored: its worker has one running
     * lease to say so, then the attempt counts as lost.
     */
    void recover(Instant now) {
        stores.forEachOpen((id, stored, kept) -> {
            OpenRequest request = open.add(id, stored.getRoute(), stored.getDeadline(), ProgressMapper.toDomain(stored));
            request.kept = kept;
            request.decisions = stored.getDecisions();
            OpenAttempt attempt = stored.getOpen();
            if (attempt == null) {
                open.park(request, now.toEpochMilli(), false);
                return;
            }
            long word = now.plus(parts.settings().runningLease()).toEpochMilli();
            long queued = attempt.getStartBy().plus(parts.settings().queueGrace()).toEpochMilli();
            open.beginAttempt(request, attempt, queued <= now.toEpochMilli(), Math.max(word, queued));
        });
    }

    /** A record of the requests topic. */
    void request(RecordPosition position, byte @Nullable [] key, byte @Nullable [] value, Headers headers, Instant now) {
        ReplyTo replyTo = parts.ingress().replyTo(position.derivedRequestId(), key, value, headers);
        byte[] hash = Hashes.sha256(value);
        if (isDuplicate(replyTo, hash, now)) {
            return;
        }
        switch (parts.ingress().read(replyTo, value, headers, hash, world.catalogue(), now)) {
            case Ingress.Reading.Accepted accepted -> accept(replyTo.requestId(), accepted.stored(), accepted.request(), now);
            case Ingress.Reading.Refused refused -> refuse(replyTo, refused.code(), refused.message(), hash, now);
            case Ingress.Reading.Unreadable unreadable -> {
                deadLetter(unreadable.reason(), unreadable.detail(), position, key, value, headers, now);
                if (headers.lastHeader(io.spillway.contract.RecordHeaders.REQUEST_ID) != null) {
                    refuse(replyTo, ErrorCode.INVALID_REQUEST, unreadable.detail(), hash, now);
                }
            }
        }
    }

    /** A record nobody can process: kept with its reason, and the partition moves on. */
    void deadLetter(String reason, String detail, RecordPosition position, byte @Nullable [] key, byte @Nullable [] value,
            Headers headers, Instant now) {
        outbox.deadLetter(new DeadLetter(reason, detail, position.topic(), position.partition(), position.offset(), key,
                value == null ? new byte[0] : value, headers), now);
        metrics.deadLetter(reason);
    }

    /** A record of the attempt results at this offset is being handled. */
    void reportRead(long offset) {
        parts.reports().read(offset);
    }

    /** What a worker says about an attempt. */
    void event(AttemptEvent event, Instant now) {
        Object what = event.getEvent();
        if (what instanceof Renewed renewed) {
            renew(renewed.getAttempts(), now);
            return;
        }
        OpenRequest request = open.get(event.getRequestId());
        if (request == null) {
            if (what instanceof Succeeded || what instanceof Failed) {
                metrics.lateResult(what instanceof Succeeded);
            }
            return;
        }
        if (what instanceof Succeeded succeeded) {
            succeed(request, event, succeeded, now);
        } else if (isCurrent(request, event.getAttempt(), event.getDeployment())) {
            if (what instanceof Started) {
                open.lease(request, true, now.plus(parts.settings().runningLease()).toEpochMilli());
            } else if (what instanceof Failed failed) {
                fail(request, ProgressMapper.toDomain(failed.getFailure()), DecisionTrigger.ATTEMPT_FAILED, now);
            }
        } else if (what instanceof Failed) {
            metrics.lateResult(false);
        }
    }

    /** Time passes: deadlines, leases, parked requests. */
    void tick(Instant now) {
        long millis = now.toEpochMilli();
        for (int done = 0; done < DUE_PER_TICK; done++) {
            OpenRequest due = open.firstDue(millis);
            if (due == null || !parts.reports().isUpTo(due.due, millis)) {
                break;
            }
            expire(due, now);
        }
        long version = world.version();
        boolean freed = open.takePlaceFreed();
        boolean news = freed || newsLeft || version != versionSeen;
        versionSeen = version;
        int wakes = WAKES_PER_TICK;
        for (String route : open.routesWithParked()) {
            wakes -= wake(route, wakes, news, now);
        }
        newsLeft = news && wakes <= 0;
        metrics.openRequests(open.size(), open.parkedCount());
    }

    void close() {
        metrics.close();
    }

    private boolean isDuplicate(ReplyTo replyTo, byte[] hash, Instant now) {
        ByteBuffer known;
        if (open.get(replyTo.requestId()) != null) {
            known = stores.request(replyTo.requestId()).getPayloadHash();
        } else {
            FinishedRequest finished = stores.finished(replyTo.requestId(), now);
            if (finished == null) {
                return false;
            }
            known = finished.getPayloadHash();
        }
        if (known.equals(ByteBuffer.wrap(hash))) {
            metrics.duplicateRequest();
        } else {
            metrics.refused(ErrorCode.IDEMPOTENCY_CONFLICT);
            outbox.answer(replyTo, Outbox.error(replyTo.requestId(), ErrorCode.IDEMPOTENCY_CONFLICT,
                    "another request with this id and a different body was accepted before; use a new id", now),
                    Making.nothing(0), now);
        }
        return true;
    }

    private void refuse(ReplyTo replyTo, ErrorCode code, String message, byte[] hash, Instant now) {
        byte[] body = outbox.answer(replyTo, Outbox.error(replyTo.requestId(), code, message, now), Making.nothing(0), now);
        stores.remember(replyTo.requestId(), new FinishedRequest(ByteBuffer.wrap(hash), now, Hashes.buffer(body), true));
        outbox.decision(decisions.refused(replyTo.requestId(), code, message, world.catalogue().revision(), now), now);
        metrics.refused(code);
    }

    private void accept(String id, StoredRequest stored, ChatRequest chat, Instant now) {
        OpenRequest request = open.add(id, stored.getRoute(), stored.getDeadline(), Progress.none());
        metrics.accepted();
        decide(request, stored, chat, Cause.of(DecisionTrigger.ACCEPTED), now);
    }

    /** No renewal carries a call past its own end: a worker that forgot to end one must not hold a request for ever. */
    private void renew(List<AttemptRef> attempts, Instant now) {
        Instant until = now.plus(parts.settings().runningLease());
        for (AttemptRef ref : attempts) {
            OpenRequest request = open.get(ref.getRequestId());
            if (request != null && request.attempt != null && request.progress.attempts() == ref.getAttempt()) {
                Instant end = request.attempt.getCallEndsBy().plus(parts.settings().runningLease());
                open.lease(request, true, (until.isBefore(end) ? until : end).toEpochMilli());
            }
        }
    }

    private void expire(OpenRequest request, Instant now) {
        if (!now.isBefore(request.deadline)) {
            Surroundings around = world.at(now);
            Decision.Reject reject = Router.deadlineExceeded(request.progress);
            apply(request, stores.request(request.id), null, reject, Cause.of(DecisionTrigger.DEADLINE), around);
        } else {
            fail(request, request.started ? AttemptFailure.workerLost() : AttemptFailure.queueTimeout(),
                    DecisionTrigger.LEASE_EXPIRED, now);
        }
    }

    private int wake(String route, int most, boolean news, Instant now) {
        int woken = 0;
        int vain = 0;
        while (woken < most && vain < VAIN_LOOKS) {
            OpenRequest first = open.firstParked(route, now.toEpochMilli(), news);
            if (first == null) {
                break;
            }
            woken++;
            decide(first, stores.request(first.id), null, Cause.of(DecisionTrigger.WOKEN), now);
            if (first.parkedUntil != OpenRequest.NOT_PARKED) {
                vain++;
            }
        }
        return woken;
    }

    private void fail(OpenRequest request, AttemptFailure failure, DecisionTrigger trigger, Instant now) {
        OpenAttempt attempt = request.attempt;
        if (attempt == null) {
            return;
        }
        String where = attempt.getDeployment();
        open.endAttempt(request);
        OptionalLong window = world.catalogue().deployment(where).map(Deployment::contextWindow).orElse(OptionalLong.empty());
        double spread = Draw.of(request.id, -request.progress.attempts());
        request.progress = request.progress.failed(where, window, failure, now, spread);
        metrics.attemptFailed(where, failure.kind());
        decide(request, stores.request(request.id), null, new Cause(trigger, Optional.of(failure.kind()), Optional.of(where)),
                now);
    }

    private void succeed(OpenRequest request, AttemptEvent event, Succeeded succeeded, Instant now) {
        StoredRequest stored = stores.request(request.id);
        OpenAttempt attempt = request.attempt;
        boolean current = isCurrent(request, event.getAttempt(), event.getDeployment());
        int tier = current && attempt != null ? attempt.getTier() : tierOf(request.route, event.getDeployment());
        byte[] body = outbox.answer(ReplyTo.of(request.id, stored), succeeded.getResponse(),
                new Making(event.getDeployment(), tier, request.progress.attempts(), succeeded.getDurationMillis()), now);
        outbox.decision(decisions.complete(request, event.getDeployment(), tier, event.getAttempt(),
                world.catalogue().revision(), now), now);
        finish(request, stored, body, false, now);
        metrics.answered(event.getDeployment(), event.getAttempt(), stored.getAcceptedAt(), now);
    }

    /** The tier of an earlier attempt, which is no longer on record: by the catalogue of now, 0 when it has changed since. */
    private int tierOf(String route, String deployment) {
        return world.catalogue().route(route).stream().flatMap(found -> found.tiers().stream())
                .filter(tier -> tier.candidates().stream().anyMatch(c -> c.deployment().id().equals(deployment))).findFirst()
                .map(Tier::index).orElse(0);
    }

    private void decide(OpenRequest request, StoredRequest stored, @Nullable ChatRequest chat, Cause cause, Instant now) {
        Surroundings around = world.at(now);
        apply(request, stored, chat, Router.decide(facts(request, stored), request.progress, around), cause, around);
    }

    private void apply(OpenRequest request, StoredRequest stored, @Nullable ChatRequest chat, Decision decision, Cause cause,
            Surroundings around) {
        Instant now = around.now();
        switch (decision) {
            case Decision.Dispatch dispatch -> {
                outbox.decision(decisions.of(request, decision, cause, around), now);
                dispatch(request, stored, chat == null ? StateCodec.decode(stored.getRequest()) : chat, dispatch,
                        around.catalogue().revision(), now);
            }
            case Decision.Defer defer -> {
                boolean news = cause.trigger() != DecisionTrigger.WOKEN || !defer.progress().equals(request.progress);
                request.progress = defer.progress();
                open.park(request, defer.until().toEpochMilli(), defer.pausing());
                if (news) {
                    outbox.decision(decisions.of(request, decision, cause, around), now);
                    save(request, stored);
                    metrics.deferred();
                }
            }
            case Decision.Reject reject -> {
                outbox.decision(decisions.of(request, decision, cause, around), now);
                byte[] body = outbox.answer(ReplyTo.of(request.id, stored),
                        Outbox.error(request.id, reject.code(), reject.message(), now),
                        Making.nothing(request.progress.attempts()), now);
                finish(request, stored, body, true, now);
                metrics.failed(reject.code());
            }
        }
    }

    private void dispatch(OpenRequest request, StoredRequest stored, ChatRequest chat, Decision.Dispatch dispatch, long revision,
            Instant now) {
        request.progress = dispatch.progress();
        Deployment deployment = dispatch.deployment();
        OpenAttempt attempt = new OpenAttempt(deployment.id(), dispatch.tier().index(), now, dispatch.startBy(),
                dispatch.startBy().plus(dispatch.timeout()), dispatch.probe().orElse(null));
        dispatch.probe().ifPresent(world::probeSent);
        open.beginAttempt(request, attempt, false, dispatch.startBy().plus(parts.settings().queueGrace()).toEpochMilli());
        boolean drop = world.catalogue().route(request.route).map(route -> route.dropUnsupportedParameters()).orElse(false);
        outbox.attempt(
                new Attempt(request.id, request.progress.attempts(), request.route, dispatch.tier().index(), deployment.id(),
                        parts.lane(), parts.partition(), dispatch.startBy(), dispatch.timeout().toMillis(), request.deadline,
                        drop,
                        dispatch.probe().orElse(null), stored.getTenant(), stored.getTraceparent(), revision, chat),
                deployment.provider(), now);
        save(request, stored);
        metrics.dispatched(deployment.id(), dispatch.tier().index(), request.progress.attempts());
    }

    private void finish(OpenRequest request, StoredRequest stored, byte[] body, boolean error, Instant now) {
        stores.finish(request.id, request.kept,
                new FinishedRequest(stored.getPayloadHash(), now, Hashes.buffer(body), error));
        open.remove(request);
    }

    private void save(OpenRequest request, StoredRequest stored) {
        RequestProgress progress = ProgressMapper.toAvro(request.route, request.deadline, request.progress, request.decisions,
                request.attempt);
        if (request.kept == OpenRequest.Kept.NOWHERE) {
            stores.accept(request.id, stored, progress);
            request.kept = OpenRequest.Kept.WITH_PAYLOAD;
        } else {
            stores.progress(request.id, progress);
            request.kept = OpenRequest.Kept.APART;
        }
    }

    private static boolean isCurrent(OpenRequest request, int attempt, String deployment) {
        return request.attempt != null && request.progress.attempts() == attempt
                && request.attempt.getDeployment().equals(deployment);
    }

    private RequestFacts facts(OpenRequest request, StoredRequest stored) {
        io.spillway.router.domain.Lane lane = parts.lane() == Lane.BATCH
                ? io.spillway.router.domain.Lane.BATCH
                : io.spillway.router.domain.Lane.INTERACTIVE;
        DataClass dataClass = DataClass.parse(String.valueOf(stored.getDataClass())).orElse(DataClass.PHI);
        return new RequestFacts(request.id, lane, request.route, stored.getLeastPromptTokens(), stored.getOutputTokens(),
                stored.getTools(), stored.getVision(), stored.getJsonSchema(), dataClass, Ingress.regions(stored.getRegion()),
                request.deadline);
    }
}
