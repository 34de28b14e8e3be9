package io.spillway.load.rig;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.spillway.load.drive.RunRecord;

/** Does things to the system at given times of a run, and notes when they were really done. */
public final class Timetable implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(Timetable.class);

    /**
     * Something to do.
     *
     * @param crash whether a process loses what it was doing
     * @param delays whether everything after it comes later by as long as it took
     */
    public record Entry(Duration at, String what, boolean crash, boolean delays, Runnable action) {

        public Entry(Duration at, String what, boolean crash, Runnable action) {
            this(at, what, crash, false, action);
        }

        /** Waits for something that the rest presupposes. */
        public static Entry waiting(Duration at, String what, Runnable action) {
            return new Entry(at, what, false, true, action);
        }
    }

    /** Something that was done. */
    public record Event(String what, boolean crash, long atNanos) {}

    private final List<Entry> entries = new ArrayList<>();
    private final List<Event> events = new CopyOnWriteArrayList<>();
    private final RunRecord record;
    private final Consumer<String> progress;
    private final Thread thread;

    private Timetable(List<Entry> entries, RunRecord record, Consumer<String> progress) {
        this.entries.addAll(entries);
        this.entries.sort(Comparator.comparing(Entry::at));
        this.record = record;
        this.progress = progress;
        this.thread = Thread.ofPlatform().name("load-timetable").unstarted(this::follow);
    }

    /** Starts at once; times count from the record's beginning. */
    public static Timetable start(List<Entry> entries, RunRecord record, Consumer<String> progress) {
        Timetable timetable = new Timetable(entries, record, progress);
        timetable.thread.start();
        return timetable;
    }

    public List<Event> events() {
        return List.copyOf(events);
    }

    /** Waits until everything was done. */
    public void await() throws InterruptedException {
        thread.join();
    }

    /** Gives up what is still to be done. */
    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void follow() {
        try {
            long delay = 0;
            for (Entry entry : entries) {
                long left = entry.at().toNanos() + delay - record.since(System.nanoTime());
                if (left > 0) {
                    Thread.sleep(Duration.ofNanos(left));
                }
                // Noted before it is done: what happens to a request in between counts as after it.
                events.add(new Event(entry.what(), entry.crash(), record.since(System.nanoTime())));
                progress.accept("  " + entry.what());
                long begin = System.nanoTime();
                entry.action().run();
                delay += entry.delays() ? System.nanoTime() - begin : 0;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOGGER.atError().setCause(e).log("the timetable of the run broke off");
        }
    }
}
