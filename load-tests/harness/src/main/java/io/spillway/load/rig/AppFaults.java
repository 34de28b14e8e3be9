package io.spillway.load.rig;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** What is done to routers, workers and aggregators. */
final class AppFaults {

    private static final Path FAKE_TIME = Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1");
    private static final Duration SKEW = Duration.ofMinutes(15);
    /** How long a worker with a wrong clock stays, in seconds. */
    private static final double SKEWED = 36;
    /** Beyond this the router takes a worker's calls for lost: a lease of 15 s, and what the loss of a broker delays. */
    private static final double BEYOND_LEASE = 27;
    /** Beyond this the router no longer believes the aggregator's word. */
    private static final double BEYOND_BELIEF = 33;

    /** After this its group has noticed that it is gone. */
    private static final double MISSED = 12;

    /** The router gives its own stop 30 s, for the case that no broker answers. */
    private static final Duration STOP_WITHIN = Duration.ofSeconds(35);

    /** So soon does a process end that cannot run at all. */
    private static final Duration REFUSED_WITHIN = Duration.ofSeconds(4);
    /** Exit codes from here on are those of signals. */
    private static final int KILLED = 128;

    private AppFaults() {}

    static void killRouters(Acts acts, Rig rig, Random random) {
        if (isWithout(acts, rig.routers(), "routers")) {
            return;
        }
        for (int i = 0; i < 3; i++) {
            AppProcess router = pick(rig.routers(), random);
            double at = 3.5 * i + random.nextDouble();
            acts.at(at, "kill -9 " + router.name(), true, router::kill)
                    .at(at + 1 + random.nextDouble(), "start " + router.name(), true, router::restart);
        }
    }

    /** One after the other is told to stop and started again, while one more comes and goes. */
    static void rollRouters(Acts acts, Rig rig) {
        if (isWithout(acts, rig.routers(), "routers")) {
            return;
        }
        List<AppProcess> routers = rig.routers();
        double at = 0;
        for (AppProcess router : routers) {
            acts.at(at, "kill -TERM " + router.name(), false, router::terminate)
                    .beside(at + 3, "start " + router.name(), () -> startOnceEnded(acts, router));
            at += 16.0 / routers.size();
        }
        if (acts.isBrief()) {
            return;
        }
        acts.at(3, "start router-extra", false, () -> rig.startRouter("router-extra"))
                .at(14, "kill -TERM router-extra", false, () -> rig.process("router-extra").terminate())
                .at(21, "remove router-extra", false, () -> rig.remove("router-extra"));
    }

    /** Needs a small file system of its own for the state of the last router. */
    static void fillState(Acts acts, Rig rig) {
        if (isWithout(acts, rig.routers(), "routers")) {
            return;
        }
        if (rig.smallState().isEmpty()) {
            acts.log().skipped(acts.row(),
                    "only root may mount the small tmpfs that this needs, and this user or container may not");
            return;
        }
        Path ballast = rig.smallState().get().resolve("ballast");
        AppProcess router = rig.routers().getLast();
        acts.at(0, "the disk of " + router.name() + "'s state is full", true, () -> fill(ballast))
                .at(1, "kill -9 " + router.name(), true, router::kill)
                .at(2, "start " + router.name() + " on the full disk", true, router::restart)
                .at(10, "space again for " + router.name(), true, () -> {
                    Files.delete(ballast);
                    router.restart();
                });
    }

    static void killWorkers(Acts acts, Rig rig, Random random) {
        if (isWithout(acts, rig.workers(), "workers")) {
            return;
        }
        for (int i = 0; i < 2; i++) {
            AppProcess worker = pick(rig.workers(), random);
            double at = 5 * i + random.nextDouble();
            acts.at(at, "kill -9 " + worker.name(), true, worker::kill).at(at + 2, "start " + worker.name(), true,
                    worker::restart);
        }
    }

    static void pauseWorker(Acts acts, Rig rig, Random random) {
        if (isWithout(acts, rig.workers(), "workers")) {
            return;
        }
        AppProcess worker = pick(rig.workers(), random);
        acts.at(0, "kill -STOP " + worker.name(), true, worker::pause).at(BEYOND_LEASE, "kill -CONT " + worker.name(), true,
                worker::resume);
    }

    /** By libfaketime where that is installed: the whole process is deceived. Else by the clock that a worker inside is given. */
    static void skewClock(Acts acts, Rig rig, Random random) {
        Duration off = random.nextBoolean() ? SKEW : SKEW.negated();
        String minutes = (off.isNegative() ? "-" : "+") + off.abs().toMinutes();
        String name = "worker-skewed";
        if (Files.exists(FAKE_TIME)) {
            // Without the last one every timed wait of a JVM returns at once: it does nothing but turn, and takes a core from the others.
            acts.at(0, "start " + name + ", clock " + minutes + " min by libfaketime", false,
                    () -> rig.startWorker(name, Map.of("LD_PRELOAD", FAKE_TIME.toString(), "FAKETIME", minutes + "m",
                            "FAKETIME_DONT_FAKE_MONOTONIC", "1", "FAKETIME_FORCE_MONOTONIC_FIX", "0")))
                    .at(SKEWED, "kill -9 " + name, true, () -> rig.remove(name));
        } else {
            acts.log().skipped(acts.row(),
                    "libfaketime is not installed, so no whole process was deceived; a worker inside was given a wrong clock");
            acts.at(0, "start " + name + ", clock " + minutes + " min by its own clock", false,
                    () -> rig.stack().startWorker(name, InstantSource.offset(InstantSource.system(), off)))
                    .at(SKEWED, "stop " + name, true, () -> rig.stack().killWorker(name));
        }
    }

    static void loseAggregator(Acts acts, Rig rig) {
        if (isWithout(acts, rig.aggregators(), "health-aggregators")) {
            return;
        }
        AppProcess aggregator = rig.aggregators().getFirst();
        acts.at(0, "kill -9 " + aggregator.name(), false, aggregator::kill)
                .beside(acts.either(MISSED, BEYOND_BELIEF), "start " + aggregator.name() + " with nothing", () -> {
                    try {
                        rig.forgetHealth(aggregator);
                    } finally {
                        aggregator.restart();
                    }
                });
        if (acts.isBrief()) {
            return;
        }
        acts.at(42, aggregator.name() + " is stopped for a moment", false, aggregator::pause)
                .at(44, aggregator.name() + " goes on", false, aggregator::resume);
    }

    /** Both versions run side by side for a while, on each other's state, and each process takes over from the other version twice. */
    static void mixVersions(Acts acts, Rig rig) {
        if (rig.otherVersion().isEmpty()) {
            acts.log().skipped(acts.row(), "no other version was given: --previous CHECKOUT");
            return;
        }
        double at = 0;
        for (OtherVersion version : List.of(rig.otherVersion().get(), OtherVersion.own())) {
            for (AppProcess process : rig.processes()) {
                acts.beside(at, "kill -TERM " + process.name() + ", start it as " + version.name(), () -> {
                    process.become(version);
                    process.terminate();
                    startOnceEnded(acts, process);
                    process.awaitExit(REFUSED_WITHIN).ifPresent(code -> {
                        // Where a disk is filled a router may end for that reason.
                        if (code < KILLED && rig.smallState().isEmpty()) {
                            acts.log().problem(acts.row(), process.name() + " ended with " + code + " as " + version.name());
                        }
                    });
                });
                at += 6;
            }
        }
    }

    private static void startOnceEnded(Acts acts, AppProcess process) {
        if (process.awaitExit(STOP_WITHIN).isEmpty()) {
            acts.log().problem(acts.row(), process.name() + " did not stop within " + STOP_WITHIN.toSeconds() + " s of SIGTERM");
            process.kill();
        }
        process.restart();
    }

    private static boolean isWithout(Acts acts, List<AppProcess> processes, String what) {
        if (processes.isEmpty()) {
            acts.log().skipped(acts.row(), "no " + what + " run as processes here");
        }
        return processes.isEmpty();
    }

    private static AppProcess pick(List<AppProcess> processes, Random random) {
        return processes.get(random.nextInt(processes.size()));
    }

    private static void fill(Path ballast) throws IOException {
        byte[] block = new byte[64 * 1024];
        try (var out = Files.newOutputStream(ballast)) {
            while (true) {
                out.write(block);
            }
        } catch (IOException e) {
            if (!String.valueOf(e.getMessage()).contains("No space left")) {
                throw e;
            }
        }
    }
}
