package io.spillway.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.spillway.simulator.BehaviourBoard.Turn;
import io.spillway.simulator.ReplySender.Payload;
import io.spillway.simulator.dialect.Answer;
import io.spillway.simulator.dialect.CallFacts;
import io.spillway.simulator.dialect.ChatCall;
import io.spillway.simulator.dialect.Dialect;
import io.spillway.simulator.dialect.ProviderError;
import io.spillway.simulator.dialect.RateFacts;
import io.spillway.simulator.dialect.Reading;
import io.spillway.simulator.wire.Connection;
import io.spillway.simulator.wire.HttpRequest;
import io.spillway.simulator.wire.RequestHandler.Next;
import io.spillway.simulator.wire.ResponseHead;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Serves chat calls: picks the behaviour, does the work or fails, writes the log, then lets the answer out. */
final class ChatEndpoint {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int TOKEN_LENGTH = 24;
    private static final byte[] NOT_HTTP = "\u0016\u0003\u0001 this is not HTTP\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);

    private final SimulatorConfig config;
    private final BehaviourBoard board;
    private final CallLog log;
    private final InstantSource clock;
    private final AnswerWriter writer;
    private final Gate gate;
    private final TokenIssuer tokens;
    private final long idSeed;
    private final AtomicLong numbers = new AtomicLong();
    private final AtomicInteger inFlight = new AtomicInteger();
    private volatile Optional<String> apiKey;

    ChatEndpoint(SimulatorConfig config, BehaviourBoard board, CallLog log, TokenIssuer tokens, InstantSource clock) {
        this.config = config;
        this.board = board;
        this.log = log;
        this.tokens = tokens;
        this.clock = clock;
        this.writer = new AnswerWriter(config.tokens(), config.seed());
        this.apiKey = config.rules().apiKey();
        this.gate = new Gate(config.limits(), System.nanoTime());
        this.idSeed = config.seed() * 31 + config.name().hashCode();
    }

    int inFlight() {
        return inFlight.get();
    }

    /** Accepts this key and no other from now on. */
    void requireKey(String key) {
        apiKey = Optional.of(key);
    }

    Next serve(Dialect dialect, HttpRequest request, Connection connection) throws IOException, InterruptedException {
        JsonNode body = parsed(request.body());
        String model = dialect.model(request, body);
        String token = Draws.of(idSeed, numbers.incrementAndGet()).token(TOKEN_LENGTH);
        Call call = new Call(dialect, connection, token, requestId(request).orElse("req_" + token), model,
                clock.instant(), System.nanoTime());
        if (!request.method().equals("POST")) {
            return refuse(call, CallOutcome.REJECTED, dialect.wrongMethod(request.method(), request.path()));
        }
        inFlight.incrementAndGet();
        try {
            Turn turn = board.next(model);
            return switch (turn.behaviour()) {
                case Behaviour.Failing failing -> fail(call, failing, turn.delay());
                case Behaviour.Completing completing -> complete(call, completing, turn, request, body);
                case Behaviour.Composite _ -> throw new IllegalStateException("the board only deals plain behaviours");
            };
        } finally {
            inFlight.decrementAndGet();
        }
    }

    /** As OpenAI and most others call the header, or as Azure does. */
    private static Optional<String> requestId(HttpRequest request) {
        return request.header("x-client-request-id").or(() -> request.header("x-ms-client-request-id"));
    }

    private static JsonNode parsed(byte[] body) {
        try {
            return MAPPER.readTree(body);
        } catch (IOException e) {
            return JsonNodeFactory.instance.missingNode();
        }
    }

    private Next fail(Call call, Behaviour.Failing failing, Duration delay) throws IOException, InterruptedException {
        Thread.sleep(delay);
        return switch (failing) {
            case Behaviour.Outage(Behaviour.Outage.Mode mode) -> switch (mode) {
                case UNAVAILABLE -> refuse(call, CallOutcome.OUTAGE, call.dialect().unavailable());
                case REFUSE, RESET -> {
                    logUnpaid(call, CallOutcome.OUTAGE, "connection reset");
                    call.connection().reset();
                    yield Next.CLOSE;
                }
            };
            case Behaviour.RateLimited limited -> rateLimited(call, limited);
            case Behaviour.ErrorStatus(int status, String code, String message) ->
                refuse(call, CallOutcome.ERROR_STATUS, call.dialect().error(status, code, message));
            case Behaviour.Hang(Duration atMost) -> {
                logUnpaid(call, CallOutcome.HUNG, "no answer");
                call.connection().awaitClientGone(atMost);
                yield Next.CLOSE;
            }
            case Behaviour.NotHttp() -> {
                logUnpaid(call, CallOutcome.NOT_HTTP, "bytes that are no HTTP");
                call.connection().write(NOT_HTTP);
                yield Next.CLOSE;
            }
        };
    }

    private Next rateLimited(Call call, Behaviour.RateLimited limited) throws IOException {
        Duration wait = limited.retryAfter().orElse(Duration.ZERO);
        RateFacts rate = gate.facts(System.nanoTime()).exhausted(wait);
        ProviderError error = call.dialect().rateLimited(limited.status(), limited.code(), call.model(), rate, wait);
        return refuse(call, CallOutcome.RATE_LIMITED, error, rate, limited.retryAfter());
    }

    private Next complete(Call call, Behaviour.Completing behaviour, Turn turn, HttpRequest request, JsonNode body)
            throws IOException, InterruptedException {
        Optional<ProviderError> forbidden = credentialProblem(call.dialect(), request);
        if (forbidden.isPresent()) {
            return refuse(call, CallOutcome.REJECTED, forbidden.get());
        }
        if (!body.isObject()) {
            return refuse(call, CallOutcome.REJECTED, call.dialect().unreadableBody());
        }
        return switch (call.dialect().read(request, body)) {
            case Reading.Refused(ProviderError error) -> refuse(call, CallOutcome.REJECTED, error);
            case Reading.Accepted(ChatCall chat) -> {
                Optional<ProviderError> unfit = modelProblem(call.dialect(), chat);
                yield unfit.isPresent() ? refuse(call, CallOutcome.REJECTED, unfit.get()) : admit(call, chat, behaviour, turn);
            }
        };
    }

    private Optional<ProviderError> credentialProblem(Dialect dialect, HttpRequest request) {
        Optional<String> credential = dialect.credential(request);
        Optional<Boolean> isLiveToken = credential.flatMap(tokens::judge);
        if (isLiveToken.isPresent()) {
            return isLiveToken.get() ? Optional.empty() : Optional.of(dialect.wrongCredential());
        }
        Optional<String> wanted = apiKey;
        if (wanted.isEmpty()) {
            return Optional.empty();
        }
        if (credential.isEmpty()) {
            return Optional.of(dialect.missingCredential());
        }
        return credential.equals(wanted) ? Optional.empty() : Optional.of(dialect.wrongCredential());
    }

    private Optional<ProviderError> modelProblem(Dialect dialect, ChatCall chat) {
        Rules rules = config.rules();
        if (!rules.models().isEmpty() && !rules.models().contains(chat.model())) {
            return Optional.of(dialect.unknownModel(chat.model()));
        }
        int prompt = writer.promptTokens(chat);
        if (prompt > rules.contextWindow()) {
            return Optional.of(dialect.windowExceeded(prompt, 0, rules.contextWindow()));
        }
        int completion = chat.maxTokens().orElse(0);
        return prompt + (long) completion > rules.contextWindow()
                ? Optional.of(dialect.windowExceeded(prompt, completion, rules.contextWindow()))
                : Optional.empty();
    }

    private Next admit(Call call, ChatCall chat, Behaviour.Completing behaviour, Turn turn)
            throws IOException, InterruptedException {
        return switch (gate.enter(writer.expectedTokens(chat), call.startNanos())) {
            case Gate.Entry.Refused(int status, Duration wait, RateFacts rate) -> refuse(call, CallOutcome.RATE_LIMITED,
                    call.dialect().rateLimited(status, "", call.model(), rate, wait), rate, Optional.of(wait));
            case Gate.Entry.Admitted(RateFacts rate) -> {
                try {
                    yield work(call, chat, behaviour, turn, rate);
                } finally {
                    gate.leave();
                }
            }
        };
    }

    private Next work(Call call, ChatCall chat, Behaviour.Completing behaviour, Turn turn, RateFacts rate)
            throws IOException, InterruptedException {
        Latency latency = behaviour instanceof Behaviour.Healthy healthy ? healthy.latency() : config.latency();
        boolean left = think(call.connection(), turn.delay().plus(turn.draws().delay(latency)));
        if (call.connection().aborted()) {
            logUnpaid(call, CallOutcome.OUTAGE, "connection reset while thinking");
            return Next.CLOSE;
        }
        if (left) {
            logUnpaid(call, CallOutcome.ABANDONED, "the client left");
            return Next.CLOSE;
        }
        CompletionReply reply = new CompletionReply(call, chat, behaviour, rate);
        Answer answer = reply.shown(writer.write(chat), config.tokens());
        CallOutcome outcome = reply.outcome();
        if (outcome.isPaid()) {
            log.add(clock.instant(), call.model(), call.requestId(), chat.promptHash(), answer.promptTokens(),
                    answer.completionTokens(), outcome, "");
        } else {
            logUnpaid(call, outcome, "200 without a completion");
        }
        return reply.send(answer);
    }

    /** Waits for the latency. Returns true if the client left meanwhile and that makes the call free. */
    private boolean think(Connection connection, Duration latency) throws InterruptedException {
        if (!latency.isPositive()) {
            return false;
        }
        if (!config.rules().chargeAbandoned()) {
            return connection.awaitClientGone(latency);
        }
        Thread.sleep(latency);
        return false;
    }

    private Next refuse(Call call, CallOutcome outcome, ProviderError error) throws IOException {
        return refuse(call, outcome, error, gate.facts(System.nanoTime()), Optional.empty());
    }

    private Next refuse(Call call, CallOutcome outcome, ProviderError error, RateFacts rate, Optional<Duration> retryAfter)
            throws IOException {
        logUnpaid(call, outcome, error.label());
        CallFacts facts = call.facts();
        ResponseHead head = new ResponseHead(error.status()).add("content-type", "application/json");
        call.dialect().addHeaders(head, facts, rate);
        call.dialect().addErrorHeaders(head, error);
        retryAfter.ifPresent(wait -> call.dialect().addRetryAfter(head, wait));
        return ReplySender.plain(call.connection(), head, Payload.json(call.dialect().errorBody(error, facts)));
    }

    private void logUnpaid(Call call, CallOutcome outcome, String reason) {
        log.add(clock.instant(), call.model(), call.requestId(), 0, 0, 0, outcome, reason);
    }
}
