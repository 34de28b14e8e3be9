package io.spillway.load.rig;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import io.spillway.load.rig.NemesisPlan.Harm;
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

    /** The strikes of a plan. */
    public static List<Timetable.Entry> strikes(List<Strike> plan, Rig rig) {
        List<Timetable.Entry> entries = new ArrayList<>();
        for (Strike strike : plan) {
            switch (strike.harm()) {
                case Harm.Kill(String name) -> {
                    AppProcess process = process(rig, name);
                    entries.add(new Timetable.Entry(strike.at(), "kill -9 " + name, true, process::kill));
                    entries.add(new Timetable.Entry(strike.at().plus(strike.length()), "start " + name, false, process::restart));
                }
                case Harm.Pause(String name) -> {
                    AppProcess process = process(rig, name);
                    entries.add(new Timetable.Entry(strike.at(), "kill -STOP " + name, true, process::pause));
                    entries.add(
                            new Timetable.Entry(strike.at().plus(strike.length()), "kill -CONT " + name, true, process::resume));
                }
                case Harm.Fail(String name, Trouble trouble) -> {
                    Optional<String> provider = Optional.of(name);
                    entries.add(new Timetable.Entry(strike.at(), name + " fails: " + word(trouble), false,
                            () -> rig.simulators().behave(provider, trouble.behaviour())));
                    entries.add(new Timetable.Entry(strike.at().plus(strike.length()), name + " well again", false,
                            () -> rig.simulators().heal(provider)));
                }
            }
        }
        return entries;
    }

    private static AppProcess process(Rig rig, String name) {
        return java.util.stream.Stream.concat(rig.routers().stream(), rig.workers().stream())
                .filter(process -> process.name().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no process " + name));
    }

    private static String word(Trouble trouble) {
        return trouble.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
