package io.spillway.load.rig;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.spillway.load.rig.NemesisPlan.Strike;

/** The steps of one strike, each at its own time. A step that fails is noted and does not keep the others from happening. */
final class Acts {

    /** Something to do. */
    interface Act {

        void run() throws Exception;
    }

    private final Strike strike;
    private final MatrixLog log;
    private final boolean isBrief;
    private final List<Timetable.Entry> entries = new ArrayList<>();

    /** @param isBrief whether the harm is done once and for no longer than it takes to show */
    Acts(Strike strike, MatrixLog log, boolean isBrief) {
        this.isBrief = isBrief;
        this.strike = strike;
        this.log = log;
    }

    /** @param crash whether calls in flight may be made once more for it */
    Acts at(double seconds, String what, boolean crash, Act act) {
        String text = "row " + strike.row().number() + ": " + what;
        entries.add(new Timetable.Entry(strike.at().plus(Duration.ofMillis(Math.round(seconds * 1000))), text, crash, () -> {
            try {
                act.run();
                log.evidence(strike.row(), what);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Exception e) { // Whatever it is, the steps that undo the harm must follow.
                log.problem(strike.row(), what + ": " + e);
            }
        }));
        return this;
    }

    /** The same for something that takes a while: it does not hold up other steps. */
    Acts beside(double seconds, String what, Act act) {
        String text = "row " + strike.row().number() + ": " + what;
        entries.add(new Timetable.Entry(strike.at().plus(Duration.ofMillis(Math.round(seconds * 1000))), text, false,
                () -> log.pending(Thread.ofVirtual().start(() -> {
                    try {
                        act.run();
                        log.evidence(strike.row(), what);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    } catch (Exception e) {
                        log.problem(strike.row(), what + ": " + e);
                    }
                }))));
        return this;
    }

    /** One of two times, by how thorough the run is. */
    double either(double brief, double full) {
        return isBrief ? brief : full;
    }

    boolean isBrief() {
        return isBrief;
    }

    Row row() {
        return strike.row();
    }

    MatrixLog log() {
        return log;
    }

    List<Timetable.Entry> entries() {
        return entries;
    }
}
