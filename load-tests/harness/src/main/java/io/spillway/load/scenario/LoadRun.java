package io.spillway.load.scenario;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.spillway.load.drive.Endpoint;
import io.spillway.load.drive.OpenLoopDriver;
import io.spillway.load.drive.RunRecord;
import io.spillway.load.drive.Sightings;
import io.spillway.load.history.Interruption;
import io.spillway.load.rig.Rig;
import io.spillway.load.rig.Timetable;
import io.spillway.load.workload.LoadPlan;
import io.spillway.load.workload.PlannedRequest;

/** Sends a workload to an endpoint while a timetable is followed, and waits for the answers. */
final class LoadRun {

    private static final Duration PROGRESS_EVERY = Duration.ofSeconds(5);

    /**
     * What came of it.
     *
     * @param complete whether every request was answered in time
     * @param openMost most requests without an answer at any progress tick, and when all were answered
     */
    record Outcome(RunRecord record, List<Timetable.Event> events, boolean complete, Sightings uncommitted, Sightings attempts,
            int openMost) {

        List<Interruption> interruptions() {
            return events.stream().filter(Timetable.Event::crash).map(event -> new Interruption(event.what(), event.atNanos()))
                    .toList();
        }
    }

    /** What is read besides committed answers. */
    record Watch(boolean uncommitted, boolean attempts) {

        static Watch answersOnly() {
            return new Watch(false, false);
        }
    }

    private final ScenarioContext context;
    private final RunRecord record;
    private int openMost;

    private LoadRun(ScenarioContext context, List<PlannedRequest> plan) {
        this.context = context;
        this.record = new RunRecord(context.run(), Rig.ROUTE, plan);
    }

    /** Makes the entries of a timetable once there is a record to time them by. */
    static Outcome go(ScenarioContext context, Endpoint endpoint, Watch watch, List<Timetable.Entry> entries)
            throws InterruptedException {
        return go(context, LoadPlan.of(context.workload(), context.seed()), endpoint, watch, entries);
    }

    /** The same with a plan of its own. */
    static Outcome go(ScenarioContext context, List<PlannedRequest> plan, Endpoint endpoint, Watch watch,
            List<Timetable.Entry> entries) throws InterruptedException {
        return new LoadRun(context, plan).go(endpoint, watch, entries);
    }

    private Outcome go(Endpoint endpoint, Watch watch, List<Timetable.Entry> entries) throws InterruptedException {
        var workload = context.workload();
        // A paced load is not held back; a saturating one may batch.
        int linger = workload.window() > 0 ? 5 : 0;
        OpenLoopDriver.Options options = new OpenLoopDriver.Options(workload.window(), linger, watch.uncommitted(),
                watch.attempts(), workload.deadline());
        try (OpenLoopDriver driver = new OpenLoopDriver(endpoint, record, options)) {
            driver.start();
            Thread ticker = Thread.ofVirtual().start(this::tick);
            try (Timetable timetable = Timetable.start(entries, record, context.progress())) {
                driver.send();
                timetable.await();
                boolean complete = driver.awaitAnswers(workload.patience(), () -> {});
                TimeUnit.NANOSECONDS.sleep(workload.settle().toNanos());
                report(context.progress());
                return new Outcome(record, timetable.events(), complete, driver.uncommitted(), driver.attempts(), openMost);
            } finally {
                ticker.interrupt();
                ticker.join();
            }
        }
    }

    private void tick() {
        long last = System.nanoTime();
        try {
            while (true) {
                TimeUnit.MILLISECONDS.sleep(100);
                openMost = Math.max(openMost, record.open());
                if (System.nanoTime() - last >= PROGRESS_EVERY.toNanos()) {
                    last = System.nanoTime();
                    report(context.progress());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void report(Consumer<String> progress) {
        progress.accept(String.format(Locale.ROOT, "  %4d s: %d sent, %d answered, %d open",
                TimeUnit.NANOSECONDS.toSeconds(record.since(System.nanoTime())), record.sent(), record.answered(),
                record.open()));
    }
}
