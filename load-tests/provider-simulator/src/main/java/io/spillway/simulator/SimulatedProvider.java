package io.spillway.simulator;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.spillway.simulator.ReplySender.Payload;
import io.spillway.simulator.dialect.Dialect;
import io.spillway.simulator.wire.Connection;
import io.spillway.simulator.wire.HttpRequest;
import io.spillway.simulator.wire.HttpServer;
import io.spillway.simulator.wire.RequestHandler.Next;
import io.spillway.simulator.wire.ResponseHead;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A running imitation of model providers on one port: OpenAI at {@code /v1/chat/completions}, Anthropic at {@code /v1/messages}, Google
 * at {@code /v1beta/models/...} and {@code /v1/projects/...} with its token endpoint, and the admin paths under {@code /_admin}. Safe for
 * use by many threads.
 */
public final class SimulatedProvider implements AutoCloseable {

    private final SimulatorConfig config;
    private final BehaviourBoard board;
    private final CallLog log = new CallLog();
    private final TokenIssuer tokens;
    private final ChatEndpoint chat;
    private final AdminEndpoint admin;
    private final List<Dialect> dialects = Dialect.all();
    private final HttpServer server;
    private final Optional<HttpServer> adminServer;
    private final long startNanos = System.nanoTime();
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Thread scheduleThread;

    private SimulatedProvider(SimulatorConfig config, InstantSource clock) {
        this.config = config;
        this.board = new BehaviourBoard(config.seed(), config.latency());
        this.tokens = new TokenIssuer(clock);
        this.chat = new ChatEndpoint(config, board, log, tokens, clock);
        this.admin = new AdminEndpoint(this, new BehaviourJson(config.latency()));
        InetAddress address = address(config.listen().address());
        int maxBody = config.rules().maxBodyBytes();
        this.server = new HttpServer(address, config.port(), maxBody, this::handle);
        this.adminServer = config.listen().adminPort().isEmpty()
                ? Optional.empty()
                : Optional.of(new HttpServer(address, config.listen().adminPort().getAsInt(), maxBody, this::handleAdmin));
    }

    /** Starts a provider, healthy at the configured latency. */
    public static SimulatedProvider start(SimulatorConfig config) {
        return start(config, InstantSource.system());
    }

    /** The same with a clock for the times in answers and in the log; waiting goes by real time. */
    public static SimulatedProvider start(SimulatorConfig config, InstantSource clock) {
        SimulatedProvider provider = new SimulatedProvider(config, clock);
        try {
            provider.server.accept();
            provider.adminServer.ifPresent(HttpServer::accept);
        } catch (RuntimeException e) {
            provider.close();
            throw e;
        }
        return provider;
    }

    /** Without a path; OpenAI clients append {@code /v1}. */
    public URI baseUri() {
        return uri(server.port());
    }

    /** Where the admin paths stay reachable during {@link Behaviour.Outage.Mode#REFUSE}, if a port was configured for that. */
    public Optional<URI> adminUri() {
        return adminServer.map(separate -> uri(separate.port()));
    }

    private URI uri(int port) {
        String address = config.listen().address();
        String host = address.equals("0.0.0.0") || address.equals("::") ? "127.0.0.1" : address;
        return URI.create("http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port);
    }

    public SimulatorConfig config() {
        return config;
    }

    /** Sets what calls get from now on. Calls in flight go on as they began, except when the port starts to refuse. */
    public void behave(Behaviour behaviour) {
        lock.lock();
        try {
            board.set(behaviour);
            if (behaviour instanceof Behaviour.Outage(Behaviour.Outage.Mode mode) && mode == Behaviour.Outage.Mode.REFUSE) {
                server.refuse();
            } else {
                server.accept();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Sets what calls for one model get, whatever the default is. */
    public void behave(String model, Behaviour behaviour) {
        board.set(model, behaviour);
    }

    /** Lets the model follow the default again. */
    public void clearBehaviour(String model) {
        board.clear(model);
    }

    public Behaviour behaviour() {
        return board.standard();
    }

    /** The behaviours set for single models. */
    public Map<String, Behaviour> modelBehaviours() {
        return board.overrides();
    }

    /** Starts a schedule; one that still runs is given up. */
    public void run(Schedule schedule) {
        lock.lock();
        try {
            Thread running = scheduleThread;
            if (running != null) {
                running.interrupt();
            }
            long begin = System.nanoTime();
            scheduleThread = Thread.ofVirtual().name("simulator-schedule").start(() -> follow(schedule, begin));
        } finally {
            lock.unlock();
        }
    }

    private void follow(Schedule schedule, long beginNanos) {
        try {
            for (Schedule.Step step : schedule.steps()) {
                Thread.sleep(Duration.ofNanos(Math.max(0, beginNanos + step.after().toNanos() - System.nanoTime())));
                step.model().ifPresentOrElse(model -> behave(model, step.behaviour()), () -> behave(step.behaviour()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The JSON key of a Google service account whose access tokens this provider hands out and accepts. */
    public String serviceAccountKey() {
        return tokens.serviceAccount(baseUri()).toString();
    }

    /** Access tokens handed out so far. */
    public int issuedTokens() {
        return tokens.issued();
    }

    /** Makes all access tokens worthless, as if their hour was over. */
    public void expireTokens() {
        tokens.expireAll();
    }

    /** Accepts this key and no other from now on, as after a rotation; access tokens stay what they are. */
    public void requireKey(String key) {
        chat.requireKey(key);
    }

    /** What has been called so far. */
    public CallLog calls() {
        return log;
    }

    /** Calls being worked on or held right now. */
    public int inFlight() {
        return chat.inFlight();
    }

    public int openConnections() {
        return server.openConnections();
    }

    public Duration uptime() {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }

    /** Resets all connections and frees the port. Calls in flight are neither paid nor logged. */
    @Override
    public void close() {
        lock.lock();
        try {
            Thread running = scheduleThread;
            if (running != null) {
                running.interrupt();
            }
            server.close();
            adminServer.ifPresent(HttpServer::close);
        } finally {
            lock.unlock();
        }
    }

    private Next handle(HttpRequest request, Connection connection) throws IOException, InterruptedException {
        for (Dialect dialect : dialects) {
            if (dialect.serves(request.path())) {
                return chat.serve(dialect, request, connection);
            }
        }
        if (request.path().equals(TokenIssuer.PATH)) {
            return tokens.serve(request, connection);
        }
        return handleAdmin(request, connection);
    }

    private Next handleAdmin(HttpRequest request, Connection connection) throws IOException {
        if (request.path().startsWith(AdminEndpoint.PREFIX)) {
            return admin.serve(request, connection);
        }
        var body = JsonNodeFactory.instance.objectNode();
        body.putObject("error").put("message", "Invalid URL (" + request.method() + " " + request.path() + ")")
                .put("type", "invalid_request_error").putNull("param").putNull("code");
        return ReplySender.plain(connection, new ResponseHead(404).add("content-type", "application/json"),
                new Payload(List.of(body.toString().getBytes(StandardCharsets.UTF_8)), false));
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(
                    "listen.address '" + text + "' is unknown; write an address of this machine such as"
                            + " 127.0.0.1 or 0.0.0.0",
                    e);
        }
    }
}
