package io.spillway.worker.http;

import io.spillway.worker.provider.HttpCall;

/** An executor for servers of the test itself: every call may go to loopback over plain http. */
final class PrivateCalls implements AutoCloseable {

    private final HttpExecutor executor;

    PrivateCalls(HttpExecutor executor) {
        this.executor = executor;
    }

    void start() {
        executor.start();
    }

    CallResult execute(HttpCall call, CallTimeouts timeouts) {
        return executor.execute(call, timeouts, Reach.PRIVATE_PLAIN);
    }

    int inFlight() {
        return executor.inFlight();
    }

    void abortAll() {
        executor.abortAll();
    }

    @Override
    public void close() {
        executor.close();
    }
}
