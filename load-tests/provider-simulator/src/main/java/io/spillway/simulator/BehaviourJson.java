package io.spillway.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spillway.simulator.Behaviour.Truncated.Cut;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Behaviours and schedules as JSON, such as {@code {"type":"rateLimited","retryAfter":"2s"}}; a behaviour that needs no fields may be
 * given as its name alone. Latencies are written as in {@link Latency#parse}.
 */
final class BehaviourJson {

    private static final String TYPES = "healthy, drip, garbage, errorBody, emptyChoices, noUsage, truncated, halfClosed, resetMidBody,"
            + " stalled, errorMidway,"
            + " huge, outage, rateLimited, errorStatus, hang, notHttp, delayed, mixture, flapping, failEvery";

    private final Latency standardLatency;

    /** @param standardLatency what a healthy behaviour without a latency gets */
    BehaviourJson(Latency standardLatency) {
        this.standardLatency = standardLatency;
    }

    /** @throws IllegalArgumentException naming place, value and remedy */
    Behaviour behaviour(JsonNode json, String place) {
        JsonNode object = json.isTextual() ? JsonNodeFactory.instance.objectNode().set("type", json) : json;
        JsonFields fields = new JsonFields(object, place);
        Behaviour behaviour = JsonFields.at(place, () -> read(fields));
        fields.rejectOthers();
        return behaviour;
    }

    Schedule schedule(JsonNode json) {
        if (!json.isArray()) {
            throw new InvalidFieldException("schedule", "expected a list such as [{\"afterMs\":0,\"behaviour\":\"healthy\"}]");
        }
        List<Schedule.Step> steps = new ArrayList<>();
        for (int i = 0; i < json.size(); i++) {
            JsonFields fields = new JsonFields(json.path(i), "schedule[" + i + "]");
            long afterMs = fields.number("afterMs");
            Optional<String> model = fields.has("model") ? Optional.of(fields.text("model")) : Optional.empty();
            Behaviour behaviour = behaviour(fields.required("behaviour"), fields.path("behaviour"));
            fields.rejectOthers();
            steps.add(new Schedule.Step(Duration.ofMillis(afterMs), model, behaviour));
        }
        return new Schedule(steps);
    }

    private Behaviour read(JsonFields fields) {
        return switch (fields.text("type")) {
            case "healthy" -> new Behaviour.Healthy(fields.has("latency") ? latency(fields) : standardLatency);
            case "drip" -> new Behaviour.Drip(fields.duration("gap"));
            case "garbage" -> new Behaviour.Garbage();
            case "errorBody" -> new Behaviour.ErrorBody();
            case "emptyChoices" -> new Behaviour.EmptyChoices();
            case "noUsage" -> new Behaviour.NoUsage();
            case "truncated" -> new Behaviour.Truncated(fields.choice("cut", Cut.class, Cut.BODY));
            case "halfClosed" -> new Behaviour.HalfClosed();
            case "resetMidBody" -> new Behaviour.ResetMidBody();
            case "stalled" -> new Behaviour.Stalled(fields.duration("atMost"));
            case "errorMidway" -> new Behaviour.ErrorMidway();
            case "huge" -> new Behaviour.Huge(fields.number("bytes"));
            case "outage" ->
                new Behaviour.Outage(fields.choice("mode", Behaviour.Outage.Mode.class, Behaviour.Outage.Mode.RESET));
            case "rateLimited" -> new Behaviour.RateLimited(fields.optionalDuration("retryAfter"), fields.status("status", 429),
                    fields.text("code", ""));
            case "errorStatus" -> new Behaviour.ErrorStatus(fields.status("status", 500), fields.text("code", ""),
                    fields.text("message", ""));
            case "hang" -> new Behaviour.Hang(fields.duration("atMost"));
            case "notHttp" -> new Behaviour.NotHttp();
            case "delayed" -> new Behaviour.Delayed(latency(fields), inner(fields, "then"));
            case "mixture" -> new Behaviour.Mixture(parts(fields));
            case "flapping" -> new Behaviour.Flapping(fields.duration("goodFor"), fields.duration("badFor"),
                    fields.has("good") ? inner(fields, "good") : new Behaviour.Healthy(standardLatency), inner(fields, "bad"));
            case "failEvery" ->
                new Behaviour.FailEvery(Math.clamp(fields.number("n"), 0, Integer.MAX_VALUE), inner(fields, "failure"));
            default -> throw new InvalidFieldException(fields.path("type"),
                    "'" + fields.text("type") + "' is unknown; use one of " + TYPES);
        };
    }

    private static Latency latency(JsonFields fields) {
        return fields.converted("latency", Latency::parse);
    }

    private Behaviour inner(JsonFields fields, String name) {
        return behaviour(fields.required(name), fields.path(name));
    }

    private List<Behaviour.Weighted> parts(JsonFields fields) {
        JsonNode list = fields.required("parts");
        List<Behaviour.Weighted> parts = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            JsonFields part = new JsonFields(list.path(i), fields.path("parts") + "[" + i + "]");
            parts.add(new Behaviour.Weighted(part.decimal("weight"), inner(part, "behaviour")));
            part.rejectOthers();
        }
        return parts;
    }

    /** The form that {@link #behaviour} reads back. */
    ObjectNode write(Behaviour behaviour) {
        return switch (behaviour) {
            case Behaviour.Healthy healthy -> typed("healthy").put("latency", Latency.format(healthy.latency()));
            case Behaviour.Drip drip -> typed("drip").put("gap", DurationText.format(drip.gap()));
            case Behaviour.Garbage _ -> typed("garbage");
            case Behaviour.ErrorBody _ -> typed("errorBody");
            case Behaviour.EmptyChoices _ -> typed("emptyChoices");
            case Behaviour.NoUsage _ -> typed("noUsage");
            case Behaviour.Truncated truncated -> typed("truncated").put("cut", truncated.cut().name());
            case Behaviour.HalfClosed _ -> typed("halfClosed");
            case Behaviour.ResetMidBody _ -> typed("resetMidBody");
            case Behaviour.Stalled stalled -> typed("stalled").put("atMost", DurationText.format(stalled.atMost()));
            case Behaviour.ErrorMidway _ -> typed("errorMidway");
            case Behaviour.Huge huge -> typed("huge").put("bytes", huge.bytes());
            case Behaviour.Outage outage -> typed("outage").put("mode", outage.mode().name());
            case Behaviour.RateLimited limited -> {
                ObjectNode json = typed("rateLimited");
                limited.retryAfter().ifPresent(wait -> json.put("retryAfter", DurationText.format(wait)));
                yield json.put("status", limited.status()).put("code", limited.code());
            }
            case Behaviour.ErrorStatus error -> typed("errorStatus").put("status", error.status()).put("code", error.code())
                    .put("message", error.message());
            case Behaviour.Hang hang -> typed("hang").put("atMost", DurationText.format(hang.atMost()));
            case Behaviour.NotHttp _ -> typed("notHttp");
            case Behaviour.Delayed delayed -> typed("delayed").put("latency", Latency.format(delayed.latency())).set("then",
                    write(delayed.then()));
            case Behaviour.Mixture mixture -> {
                ObjectNode json = typed("mixture");
                ArrayNode parts = json.putArray("parts");
                mixture.parts().forEach(
                        part -> parts.addObject().put("weight", part.weight()).set("behaviour", write(part.behaviour())));
                yield json;
            }
            case Behaviour.Flapping flapping -> {
                ObjectNode json = typed("flapping").put("goodFor", DurationText.format(flapping.goodFor())).put("badFor",
                        DurationText.format(flapping.badFor()));
                json.set("good", write(flapping.good()));
                json.set("bad", write(flapping.bad()));
                yield json;
            }
            case Behaviour.FailEvery every -> typed("failEvery").put("n", every.n()).set("failure", write(every.failure()));
        };
    }

    private static ObjectNode typed(String type) {
        return JsonNodeFactory.instance.objectNode().put("type", type);
    }
}
