package io.spillway.simulator;

import io.spillway.simulator.SimulatorConfig.Listen;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** The command line of {@link SimulatorMain}. */
record SimulatorOptions(boolean help, SimulatorConfig config, Optional<Behaviour> behaviour) {

    static final String USAGE = """
            usage: provider-simulator [--name NAME] [--port PORT] [options], each as --option value or --option=value
              --name NAME             shown in statistics (simulator)
              --port PORT             0 for any free port (8089)
              --address ADDRESS       where to listen (127.0.0.1)
              --admin-port PORT       second port for /_admin, reachable during an outage of mode REFUSE
              --latency LATENCY       none, 50ms, uniform:10ms,50ms or lognormal:800ms,0.5,10s (none)
              --behaviour BEHAVIOUR   name or JSON of the first behaviour (healthy)
              --seed NUMBER           everything random follows from it (1)
              --models A,B            the models that exist (any)
              --context-window N      tokens (200000)
              --key-env VARIABLE      environment variable with the only accepted key (any key)
              --answer-tokens N       length of free-text answers (48)
              --reasoning-tokens N    invisible tokens per answer (0)
              --cached-share SHARE    0 to 1, of long prompts (0)
              --rpm N, --burst N      requests per minute and bucket size (no limit)
              --tpm N                 tokens per minute (no limit)
              --max-concurrent N      calls at once (no limit)
              --concurrency-status S  429 or 503 for calls above that (429)
              --charge-abandoned B    whether a call is paid whose client left: true or false (true)""";

    private static final Set<String> NAMES = new TreeSet<>(Set.of("name", "port", "address", "admin-port", "latency", "behaviour",
            "seed", "models", "context-window", "key-env", "answer-tokens", "reasoning-tokens", "cached-share", "rpm", "burst",
            "tpm",
            "max-concurrent", "concurrency-status", "charge-abandoned"));

    /** @throws IllegalArgumentException naming the argument and the remedy */
    static SimulatorOptions parse(String[] args) {
        if (Arrays.asList(args).contains("--help")) {
            return new SimulatorOptions(true, SimulatorConfig.of("simulator"), Optional.empty());
        }
        Values values = new Values(pairs(args));
        Latency latency = values.get("latency", Latency::parse, Latency.none());
        Tokens tokens = new Tokens(4, values.number("answer-tokens", 48), values.number("reasoning-tokens", 0),
                values.get("cached-share", Double::parseDouble, 0.0));
        Rules rules = Rules.standard().withContextWindow(values.number("context-window", 200_000))
                .withModels(values.get("models", text -> Set.of(text.split(",", -1)), Set.of()))
                .withChargeAbandoned(values.get("charge-abandoned", SimulatorOptions::flag, true));
        Optional<String> key = values.get("key-env", variable -> Optional.of(key(variable)), Optional.empty());
        Limits limits = Limits.none().withRequestsPerMinute(values.number("rpm", 0), values.number("burst", 0))
                .withTokensPerMinute(values.get("tpm", Long::parseLong, 0L))
                .withMaxConcurrent(values.number("max-concurrent", 0), values.number("concurrency-status", 429));
        OptionalInt adminPort = values.get("admin-port", text -> OptionalInt.of(Integer.parseInt(text)), OptionalInt.empty());
        SimulatorConfig config = SimulatorConfig.of(values.get("name", text -> text, "simulator"))
                .withPort(values.number("port", 8089)).withLatency(latency).withTokens(tokens)
                .withSeed(values.get("seed", Long::parseLong, 1L)).withRules(key.map(rules::withApiKey).orElse(rules))
                .withLimits(limits)
                .withListen(new Listen(values.get("address", text -> text, "127.0.0.1"), adminPort));
        BehaviourJson json = new BehaviourJson(latency);
        Optional<Behaviour> behaviour = values.get("behaviour",
                text -> Optional.of(json.behaviour(SimulatorMain.behaviourText(text), "behaviour")), Optional.empty());
        return new SimulatorOptions(false, config, behaviour);
    }

    private static Map<String, String> pairs(String[] args) {
        Map<String, String> pairs = new HashMap<>();
        for (int i = 0; i < args.length; i++) {
            int equals = args[i].indexOf('=');
            String option = equals < 0 ? args[i] : args[i].substring(0, equals);
            if (!option.startsWith("--") || !NAMES.contains(option.substring(2))) {
                throw new IllegalArgumentException(
                        option + ": is not an option; the options are --" + String.join(", --", NAMES));
            }
            if (equals < 0 && i + 1 == args.length) {
                throw new IllegalArgumentException(option + ": has no value; write " + option + " VALUE");
            }
            String value = equals < 0 ? args[++i] : args[i].substring(equals + 1);
            if (pairs.put(option.substring(2), value) != null) {
                throw new IllegalArgumentException(option + ": is given twice; keep one");
            }
        }
        return pairs;
    }

    private static boolean flag(String text) {
        if (!text.equals("true") && !text.equals("false")) {
            throw new IllegalArgumentException("'" + text + "' is neither true nor false");
        }
        return text.equals("true");
    }

    private static String key(String variable) {
        String key = System.getenv(variable);
        if (key == null || key.isEmpty()) {
            throw new IllegalArgumentException("the environment variable " + variable + " is not set; export it first");
        }
        return key;
    }

    private record Values(Map<String, String> texts) {

        int number(String name, int fallback) {
            return get(name, Integer::parseInt, fallback);
        }

        <T> T get(String name, Function<String, T> converter, T fallback) {
            String text = texts.get(name);
            if (text == null) {
                return fallback;
            }
            try {
                return converter.apply(text);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("--" + name + ": '" + text + "' is not a number; write one", e);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("--" + name + ": " + e.getMessage(), e);
            }
        }
    }
}
