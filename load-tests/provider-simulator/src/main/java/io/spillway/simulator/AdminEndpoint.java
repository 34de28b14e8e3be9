package io.spillway.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.simulator.ReplySender.Payload;
import io.spillway.simulator.wire.Connection;
import io.spillway.simulator.wire.HttpRequest;
import io.spillway.simulator.wire.RequestHandler.Next;
import io.spillway.simulator.wire.ResponseHead;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Lets people and scripts steer a running provider over HTTP, under {@code /_admin/}. */
final class AdminEndpoint {

    static final String PREFIX = "/_admin/";

    private static final int PAGE = 10_000;
    private static final ObjectMapper MAPPER = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final SimulatedProvider provider;
    private final BehaviourJson behaviours;

    AdminEndpoint(SimulatedProvider provider, BehaviourJson behaviours) {
        this.provider = provider;
        this.behaviours = behaviours;
    }

    Next serve(HttpRequest request, Connection connection) throws IOException {
        int status = 200;
        JsonNode answer;
        try {
            answer = switch (request.method() + " " + request.path().substring(PREFIX.length())) {
                case "GET behaviour" -> behaviour();
                case "PUT behaviour" -> putBehaviour(request);
                case "DELETE behaviour" -> deleteBehaviour(request);
                case "PUT schedule" -> putSchedule(request);
                case "GET calls" -> calls(request);
                case "DELETE calls" -> deleteCalls();
                case "GET stats" -> stats();
                case "GET service-account" -> serviceAccount();
                case "DELETE tokens" -> deleteTokens();
                default -> {
                    status = 404;
                    yield problem(request.method() + " " + request.path() + ": unknown; use GET, PUT or DELETE " + PREFIX
                            + "behaviour, PUT " + PREFIX + "schedule, GET or DELETE " + PREFIX + "calls, GET " + PREFIX
                            + "stats, GET " + PREFIX + "service-account, DELETE " + PREFIX + "tokens");
                }
            };
        } catch (IllegalArgumentException e) {
            status = 400;
            answer = problem(String.valueOf(e.getMessage()));
        }
        return ReplySender.plain(connection, new ResponseHead(status).add("content-type", "application/json"),
                new Payload(List.of((answer + "\n").getBytes(StandardCharsets.UTF_8)), false));
    }

    private ObjectNode behaviour() {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.set("default", behaviours.write(provider.behaviour()));
        ObjectNode models = answer.putObject("models");
        provider.modelBehaviours().forEach((model, behaviour) -> models.set(model, behaviours.write(behaviour)));
        return answer;
    }

    private ObjectNode putBehaviour(HttpRequest request) {
        Behaviour behaviour = behaviours.behaviour(body(request), "behaviour");
        request.queryParameter("model").ifPresentOrElse(model -> provider.behave(model, behaviour),
                () -> provider.behave(behaviour));
        return behaviour();
    }

    private ObjectNode deleteBehaviour(HttpRequest request) {
        Optional<String> model = request.queryParameter("model");
        if (model.isEmpty()) {
            throw new IllegalArgumentException(
                    "model: is missing; name the model whose behaviour shall be the default again, as in"
                            + " ?model=gpt-4o");
        }
        provider.clearBehaviour(model.get());
        return behaviour();
    }

    private ObjectNode putSchedule(HttpRequest request) {
        Schedule schedule = behaviours.schedule(body(request));
        provider.run(schedule);
        return JsonNodeFactory.instance.objectNode().put("steps", schedule.steps().size());
    }

    private ObjectNode calls(HttpRequest request) {
        CallLog.Page page = provider.calls().page(number(request, "since", 0),
                (int) Math.min(PAGE, number(request, "limit", PAGE)));
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode paid = answer.putArray("paid");
        page.paid().forEach(call -> paid.addObject().put("sequence", call.sequence()).put("at", call.at().toString())
                .put("model", call.model()).put("requestId", call.requestId()).put("promptHash", call.promptHash())
                .put("promptTokens", call.promptTokens()).put("completionTokens", call.completionTokens()));
        ArrayNode unpaid = answer.putArray("unpaid");
        page.unpaid().forEach(call -> unpaid.addObject().put("sequence", call.sequence()).put("at", call.at().toString())
                .put("model", call.model()).put("requestId", call.requestId()).put("outcome", call.outcome().name())
                .put("reason", call.reason()));
        return answer.put("next", page.next());
    }

    private ObjectNode deleteCalls() {
        provider.calls().clear();
        return JsonNodeFactory.instance.objectNode().put("paid", 0).put("unpaid", 0);
    }

    private JsonNode serviceAccount() {
        try {
            return MAPPER.readTree(provider.serviceAccountKey());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the simulator's own key is JSON", e);
        }
    }

    private ObjectNode deleteTokens() {
        provider.expireTokens();
        return JsonNodeFactory.instance.objectNode().put("issued", provider.issuedTokens());
    }

    private ObjectNode stats() {
        CallLog log = provider.calls();
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("name", provider.config().name()).put("uptimeMs", provider.uptime().toMillis())
                .put("openConnections", provider.openConnections()).put("inFlight", provider.inFlight())
                .put("paid", log.paidCount())
                .put("unpaid", log.unpaidCount()).put("duplicatePaidCalls", log.duplicatePaidCalls());
        ObjectNode outcomes = answer.putObject("outcomes");
        log.countsByOutcome().forEach((outcome, count) -> outcomes.put(outcome.name(), count));
        return answer;
    }

    private static long number(HttpRequest request, String name, long fallback) {
        String text = request.queryParameter(name).orElse("");
        if (text.isEmpty()) {
            return fallback;
        }
        if (!text.matches("\\d{1,18}")) {
            throw new IllegalArgumentException(
                    name + ": '" + text + "' is not a whole number; write for example ?" + name + "=100");
        }
        return Long.parseLong(text);
    }

    private static JsonNode body(HttpRequest request) {
        try {
            return MAPPER.readTree(request.body());
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("body: is not JSON (" + e.getOriginalMessage() + "); send for example"
                    + " {\"type\":\"healthy\"}", e);
        } catch (IOException e) {
            throw new IllegalStateException("reading from memory cannot fail", e);
        }
    }

    private static ObjectNode problem(String message) {
        return JsonNodeFactory.instance.objectNode().put("error", message);
    }
}
