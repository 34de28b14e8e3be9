package io.spillway.worker.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.apache.hc.client5.http.DnsResolver;

/**
 * Name look-ups that end in time. The operating system's resolver can neither be interrupted nor given a limit, and it would
 * hold a virtual thread's carrier; so look-ups run on a few threads of their own, one at a time per host however many calls
 * wait for it.
 */
final class LookUps implements AutoCloseable {

    private static final int THREADS = 8;

    private final DnsResolver resolver;
    private final Duration patience;
    private final ExecutorService threads;
    private final Map<String, CompletableFuture<InetAddress[]>> running = new ConcurrentHashMap<>();

    LookUps(DnsResolver resolver, Duration patience) {
        this.resolver = resolver;
        this.patience = patience;
        this.threads = Executors.newFixedThreadPool(THREADS, Thread.ofPlatform().daemon().name("spillway-dns-", 0).factory());
    }

    /**
     * The addresses of a host; an address spelt out is one as well.
     *
     * @param mostMillis how long the caller can wait, if that is less than what look-ups may take
     * @throws UnknownHostException when there are none
     * @throws SocketTimeoutException when nobody said so in time
     */
    InetAddress[] resolve(String host, long mostMillis) throws IOException {
        CompletableFuture<InetAddress[]> lookUp = running.computeIfAbsent(host,
                name -> CompletableFuture.supplyAsync(() -> lookUp(name), threads));
        try {
            return lookUp.get(Math.min(patience.toMillis(), mostMillis), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw unknown(host, "is not known");
        } catch (TimeoutException e) {
            throw new SocketTimeoutException("look-up of " + host + " was not answered in time");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unknown(host, "was interrupted");
        } finally {
            if (lookUp.isDone()) {
                running.remove(host, lookUp);
            }
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    private InetAddress[] lookUp(String host) {
        try {
            return resolver.resolve(host);
        } catch (UnknownHostException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static UnknownHostException unknown(String host, String what) {
        return new UnknownHostException("look-up of " + host + " " + what);
    }
}
