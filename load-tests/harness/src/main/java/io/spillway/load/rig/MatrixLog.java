package io.spillway.load.rig;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What became of each row of the fault matrix in one run. Thread-safe. */
public final class MatrixLog {

    /** What is known of a row. */
    private record Notes(List<String> evidence, List<String> skipped, List<String> problems) {

        Notes() {
            this(new CopyOnWriteArrayList<>(), new CopyOnWriteArrayList<>(), new CopyOnWriteArrayList<>());
        }
    }

    private final Map<Row, Notes> rows = new EnumMap<>(Row.class);
    private final List<Thread> pending = new CopyOnWriteArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();

    /** Something was done or seen. */
    void evidence(Row row, String what) {
        note(row).evidence().add(what);
    }

    /** The fault cannot be made here. */
    public void skipped(Row row, String why) {
        Notes notes = note(row);
        if (!notes.skipped().contains(why)) {
            notes.skipped().add(why);
        }
    }

    /** The system did not do what the matrix says, or the fault could not be made although it should have been. */
    public void problem(Row row, String what) {
        note(row).problems().add(what);
    }

    /** Something that is still going on; see {@link #settle}. */
    void pending(Thread thread) {
        pending.add(thread);
    }

    /** Waits until all that was begun has ended. */
    public void settle(Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        for (Thread thread : pending) {
            var _ = thread.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
        }
    }

    /** What went wrong, by row; empty lists left out. */
    public Map<Row, List<String>> problems() {
        return select(Notes::problems);
    }

    /** Why rows were skipped. */
    public Map<Row, List<String>> skipped() {
        return select(Notes::skipped);
    }

    /** What was done and seen. */
    public Map<Row, List<String>> evidence() {
        return select(Notes::evidence);
    }

    private Map<Row, List<String>> select(Function<Notes, List<String>> part) {
        lock.lock();
        try {
            return rows.entrySet().stream().filter(entry -> !part.apply(entry.getValue()).isEmpty()).collect(
                    Collectors.toMap(Map.Entry::getKey, entry -> List.copyOf(part.apply(entry.getValue())), (one, other) -> one,
                            () -> new EnumMap<>(Row.class)));
        } finally {
            lock.unlock();
        }
    }

    private Notes note(Row row) {
        lock.lock();
        try {
            return rows.computeIfAbsent(row, key -> new Notes());
        } finally {
            lock.unlock();
        }
    }
}
