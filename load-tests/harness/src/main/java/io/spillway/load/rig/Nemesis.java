package io.spillway.load.rig;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

import io.spillway.load.rig.NemesisPlan.Strike;
import io.spillway.load.workload.Trouble;
import io.spillway.load.workload.Workload;

/** Turns plans of harm into timetables for a rig. */
public final class Nemesis {

    private Nemesis() {}

    /** The outages that a workload schedules. */
    public static List<Timetable.Entry> outages(Workload workload, Simulators simulators) {
        List<Timetable.Entry> entries = new ArrayList<>();
        for (Workload.Outage outage : workload.outages()) {
            String who = outage.provider().orElse("all providers");
            entries.add(new Timetable.Entry(outage.at(), who + " down: " + word(outage.kind()), false,
                    () -> simulators.behave(outage.provider(), outage.kind().behaviour())));
            entries.add(new Timetable.Entry(outage.at().plus(outage.length()), who + " well again", false,
                    () -> simulators.heal(outage.provider())));
        }
        return entries;
    }

    /**
     * The strikes of a plan. What comes of them is noted in the log while they happen.
     *
     * @param isBrief whether harm is done once and for no longer than it takes to show, as tests need it
     */
    public static List<Timetable.Entry> strikes(List<Strike> plan, Rig rig, MatrixLog log, boolean isBrief) {
        List<Timetable.Entry> entries = new ArrayList<>();
        for (Strike strike : plan) {
            Acts acts = new Acts(strike, log, isBrief);
            add(acts, rig, new Random(strike.luck()));
            entries.addAll(acts.entries());
        }
        return entries;
    }

    private static void add(Acts acts, Rig rig, Random random) {
        switch (acts.row()) {
            case BROKER_KILLED -> BrokerFaults.kill(acts, rig, random);
            case BROKERS_LOST -> BrokerFaults.killTwo(acts, rig, random);
            case BROKER_DISK_FULL -> BrokerFaults.fillDisk(acts, rig);
            case ROUTER_KILLED -> AppFaults.killRouters(acts, rig, random);
            case ROUTERS_ROLLED -> AppFaults.rollRouters(acts, rig);
            case ROUTER_DISK_FULL -> AppFaults.fillState(acts, rig);
            case NETWORK_PARTED -> BrokerFaults.part(acts, rig);
            case WORKER_KILLED -> AppFaults.killWorkers(acts, rig, random);
            case WORKER_PAUSED -> AppFaults.pauseWorker(acts, rig, random);
            case CLOCK_SKEWED -> AppFaults.skewClock(acts, rig, random);
            case AGGREGATOR_GONE -> AppFaults.loseAggregator(acts, rig);
            case VERSIONS_MIXED -> AppFaults.mixVersions(acts, rig);
            case SILENT, DRIP, BROKEN_CONNECTION, GARBAGE, TRUNCATED, ERROR_AS_SUCCESS, HUGE, RATE_LIMITED, UNAUTHORIZED,
                    FLAPPING, ALL_DOWN ->
                ProviderFaults.strike(acts, rig, random);
            case OTHER_BODY -> CallerFaults.sendAgain(acts, rig);
            case EVENTS_REPLAYED -> CallerFaults.replayEvents(acts, rig);
            case POISON -> CallerFaults.poison(acts, rig);
            case OVERSIZE -> CallerFaults.oversize(acts, rig);
            case BAD_CONFIGURATION -> CallerFaults.badConfiguration(acts, rig);
            case TOPICS_MISSING -> CallerFaults.topicsMissing(acts, rig);
            case OUT_OF_MEMORY -> CallerFaults.outOfMemory(acts, rig);
        }
    }

    private static String word(Trouble trouble) {
        return trouble.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
