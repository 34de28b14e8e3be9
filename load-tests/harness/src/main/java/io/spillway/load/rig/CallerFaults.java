package io.spillway.load.rig;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;

/** What callers and operators do wrong. */
final class CallerFaults {

    private static final Duration EXIT_WITHIN = Duration.ofSeconds(60);

    private CallerFaults() {}

    static void sendAgain(Acts acts, Rig rig) {
        acts.beside(0, "requests sent again, every second with another body", () -> {
            int count = rig.meddler().sendAgain();
            if (count == 0) {
                acts.log().problem(acts.row(), "found no requests to send again");
            }
        });
    }

    static void replayEvents(Acts acts, Rig rig) {
        acts.beside(0, "attempt events and telemetry replayed backwards", () -> {
            int count = rig.meddler().replayEvents();
            if (count == 0) {
                acts.log().problem(acts.row(), "found no events to replay");
            }
        });
    }

    static void poison(Acts acts, Rig rig) {
        acts.beside(0, "poison on every consumed topic", () -> rig.meddler().poison());
    }

    static void oversize(Acts acts, Rig rig) {
        acts.beside(0, "prompts beyond the limits", () -> rig.meddler().oversize());
    }

    static void badConfiguration(Acts acts, Rig rig) {
        acts.beside(0, "start a router with a setting that does not exist", () -> misfit(acts, rig, "router-misconfigured",
                Map.of("commit.intervall", "25ms"), 128, 2, "commit.intervall"));
    }

    static void topicsMissing(Acts acts, Rig rig) {
        acts.beside(0, "start a router where its topics are missing",
                () -> misfit(acts, rig, "router-misplaced", Map.of("topic.prefix", "nowhere."), 128, 1, "does not exist"));
    }

    static void outOfMemory(Acts acts, Rig rig) {
        // -1: any code but 0; the JVM ends itself, or the application ends for what it could not get.
        acts.beside(0, "start a router with 12 MiB of heap", () -> misfit(acts, rig, "router-starved", Map.of(), 12, -1, ""));
    }

    /** Starts a router that cannot work, and expects it to say why and go. */
    private static void misfit(Acts acts, Rig rig, String name, Map<String, String> more, int heap, int code, String word) {
        Map<String, String> settings = new HashMap<>(rig.stack().routerProperties(name));
        settings.putAll(more);
        try (AppProcess process = rig.start(Program.of(name, Rig.ROUTER, settings).withHeap(heap))) {
            OptionalInt exit = process.awaitExit(EXIT_WITHIN);
            if (exit.isEmpty()) {
                acts.log().problem(acts.row(), name + " is still there after " + EXIT_WITHIN.toSeconds() + " s");
            } else if (code < 0 ? exit.getAsInt() == 0 : exit.getAsInt() != code) {
                acts.log().problem(acts.row(), name + " ended with " + exit.getAsInt() + ", expected "
                        + (code < 0 ? "another code than 0" : code));
            } else if (!process.output().contains(word)) {
                acts.log().problem(acts.row(), name + " does not say '" + word + "'");
            } else {
                acts.log().evidence(acts.row(), name + " ended with " + exit.getAsInt());
            }
        }
    }
}
