package io.spillway.load.rig;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

import io.spillway.load.rig.Links.Way;

/** What is done to the brokers of a {@link Cluster}. */
final class BrokerFaults {

    private static final String NO_CLUSTER = "needs three brokers as processes: --brokers 3";

    /** Beyond the time in which it should have fallen: where cores are few, what fills its disk is written late. */
    private static final Duration FALL_WITHIN = Duration.ofSeconds(8);

    private BrokerFaults() {}

    static void kill(Acts acts, Rig rig, Random random) {
        List<AppProcess> brokers = shuffled(acts, rig, random);
        if (brokers.isEmpty()) {
            return;
        }
        AppProcess killed = brokers.getFirst();
        AppProcess stopped = brokers.get(1);
        // Longer than it takes the others to miss it (6 s), to choose new leaders and to go on with them.
        acts.at(0, "kill -9 " + killed.name(), true, killed::kill).at(11, "start " + killed.name(), true, killed::restart);
        if (acts.isBrief()) {
            return;
        }
        // Two away at once would be another row: the first has had time to catch up.
        acts.at(15, "kill -STOP " + stopped.name(), true, stopped::pause)
                .at(20, "kill -CONT " + stopped.name(), true, stopped::resume);
    }

    static void killTwo(Acts acts, Rig rig, Random random) {
        List<AppProcess> brokers = shuffled(acts, rig, random);
        if (brokers.isEmpty()) {
            return;
        }
        for (AppProcess broker : brokers.subList(0, 2)) {
            acts.at(0, "kill -9 " + broker.name(), true, broker::kill).at(acts.either(6, 8), "start " + broker.name(), true,
                    broker::restart);
        }
    }

    /**
     * Longer than it takes the group to miss the router (6 s) and the brokers to give its transaction up (10 s): another has its tasks
     * when what it had sent arrives.
     */
    static void part(Acts acts, Rig rig) {
        if (rig.links().isEmpty()) {
            acts.log().skipped(acts.row(), NO_CLUSTER);
            return;
        }
        Links links = rig.links().get();
        String router = rig.routers().getFirst().name();
        acts.at(0, "nothing passes between " + router + " and the brokers", true, () -> {
            if (links.arrived(Way.TO_BROKERS) == 0) {
                acts.log().problem(acts.row(), router + " does not use the network that is to part");
            }
            links.hold(Way.TO_BROKERS);
            links.hold(Way.FROM_BROKERS);
        }).at(12, router + " and the brokers hear each other again", true, links::release);
        if (acts.isBrief()) {
            return;
        }
        acts.at(22, router + " hears nothing from the brokers, they hear it", true, () -> links.hold(Way.FROM_BROKERS)).at(34,
                router + " hears the brokers again", true, links::release);
    }

    /** The last broker runs under a limit on the size of files. More than that is written to one log, and the broker gives up. */
    static void fillDisk(Acts acts, Rig rig) {
        if (!(rig.ground() instanceof Ground.Own(int limit)) || limit == 0) {
            acts.log().skipped(acts.row(), NO_CLUSTER);
            return;
        }
        AppProcess full = rig.cluster().orElseThrow().brokers().getLast();
        acts.beside(0, full.name() + " may write no file beyond " + limit + " KiB; that much is produced",
                () -> rig.meddler().ballast(limit)).at(0.5, full.name() + " is about to fall", true, () -> {})
                .beside(acts.either(8, 10), "space again, start " + full.name(), () -> {
                    // It is started by the same step that waits for its fall: a successor says nothing about it.
                    if (full.awaitExit(FALL_WITHIN).isEmpty()) {
                        acts.log().problem(acts.row(), full.name() + " went on although its disk was full");
                    }
                    full.liftLimit();
                    full.kill();
                    full.restart();
                });
    }

    private static List<AppProcess> shuffled(Acts acts, Rig rig, Random random) {
        if (rig.cluster().isEmpty()) {
            acts.log().skipped(acts.row(), NO_CLUSTER);
            return List.of();
        }
        List<AppProcess> brokers = new ArrayList<>(rig.cluster().get().brokers());
        Collections.shuffle(brokers, random);
        return List.copyOf(brokers);
    }
}
