package io.spillway.load.measure;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.spillway.load.measure.ProcessSample.Quantity;
import io.spillway.load.report.Plot;

/** Samples some processes at equal gaps until it is closed. A process that cannot be asked any more is left out from then on. */
public final class ProcessSampler implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(ProcessSampler.class);

    private final Map<String, ProcessProbe> probes;
    private final Map<String, List<ProcessSample>> samples = new LinkedHashMap<>();
    private final Duration every;
    private final int collectEvery;
    private final long startNanos = System.nanoTime();
    private final ReentrantLock lock = new ReentrantLock();
    private final Thread thread;

    private ProcessSampler(Map<String, ProcessProbe> probes, Duration every, int collectEvery) {
        this.probes = probes;
        this.every = every;
        this.collectEvery = collectEvery;
        probes.keySet().forEach(name -> samples.put(name, new ArrayList<>()));
        this.thread = Thread.ofPlatform().name("load-sampler").unstarted(this::sample);
    }

    /**
     * Starts sampling.
     *
     * @param pids process ids by name
     * @param collectEvery one sample in so many asks for a garbage collection; 0 = none does
     */
    public static ProcessSampler start(Map<String, Long> pids, Duration every, int collectEvery) throws IOException {
        Map<String, ProcessProbe> probes = new LinkedHashMap<>();
        try {
            for (Map.Entry<String, Long> process : pids.entrySet()) {
                probes.put(process.getKey(), ProcessProbe.attach(process.getValue()));
            }
        } catch (IOException e) {
            probes.values().forEach(ProcessProbe::close);
            throw e;
        }
        ProcessSampler sampler = new ProcessSampler(probes, every, collectEvery);
        sampler.thread.start();
        return sampler;
    }

    /** Names of the processes. */
    public List<String> processes() {
        return List.copyOf(samples.keySet());
    }

    /** Values of one quantity, in order of time. */
    public List<Trend.Point> series(String process, Quantity quantity) {
        lock.lock();
        try {
            return samples.getOrDefault(process, List.of()).stream().filter(sample -> sample.values().containsKey(quantity))
                    .map(sample -> new Trend.Point(sample.hours(), sample.values().getOrDefault(quantity, 0.0))).toList();
        } finally {
            lock.unlock();
        }
    }

    /** The largest value so far; 0 when there is none. */
    public double most(String process, Quantity quantity) {
        return series(process, quantity).stream().mapToDouble(Trend.Point::value).max().orElse(0);
    }

    /** One line per process and quantity over time. */
    public Plot plot(String title, String unit, List<Quantity> quantities) {
        List<Plot.Line> lines = new ArrayList<>();
        for (String process : processes()) {
            for (Quantity quantity : quantities) {
                lines.add(new Plot.Line(process + " " + quantity.word(), series(process, quantity).stream()
                        .map(point -> new Plot.Point(point.hours() * 3600, point.value())).toList()));
            }
        }
        return new Plot(title, "seconds since the sampling began", unit, lines, List.of());
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        probes.values().forEach(ProcessProbe::close);
    }

    private void sample() {
        try {
            for (int round = 0;; round++) {
                boolean collect = collectEvery > 0 && round % collectEvery == 0;
                probes.entrySet().removeIf(entry -> !sample(entry.getKey(), entry.getValue(), collect));
                long next = startNanos + every.toNanos() * (round + 1L);
                TimeUnit.NANOSECONDS.sleep(Math.max(0, next - System.nanoTime()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean sample(String process, ProcessProbe probe, boolean collect) {
        try {
            ProcessSample sample = probe.sample((System.nanoTime() - startNanos) / 3600e9, collect);
            lock.lock();
            try {
                samples.computeIfAbsent(process, name -> new ArrayList<>()).add(sample);
            } finally {
                lock.unlock();
            }
            return true;
        } catch (RuntimeException e) {
            // A proxy to a process that died throws what it likes.
            LOGGER.atWarn().addKeyValue("process", process).addKeyValue("error", e.toString())
                    .log("a process can no longer be asked what it uses");
            probe.close();
            return false;
        }
    }
}
