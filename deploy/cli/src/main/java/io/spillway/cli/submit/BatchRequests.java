package io.spillway.cli.submit;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import io.spillway.cli.submit.SubmitState.Round;
import io.spillway.contract.RecordHeaders;

/** The valid lines of a batch file as requests, read as they are asked for. */
final class BatchRequests implements Iterator<OutgoingRequest>, Closeable {

    private final BatchFile file;
    private final Round round;
    private final Map<String, String> headers;
    private @Nullable OutgoingRequest next;
    private boolean ended;

    private BatchRequests(BatchFile file, Round round, Map<String, String> headers) {
        this.file = file;
        this.round = round;
        this.headers = headers;
    }

    static BatchRequests open(BatchPlan plan, Round round) throws IOException {
        Map<String, String> headers = new HashMap<>();
        // An instant, not a duration: a line that is sent twice must be the same request to the byte.
        headers.put(RecordHeaders.DEADLINE, round.deadline().toString());
        plan.tenant().ifPresent(tenant -> headers.put(RecordHeaders.TENANT, tenant));
        return new BatchRequests(BatchFile.open(plan.input(), plan.routeOrNull()), round, Map.copyOf(headers));
    }

    @Override
    public boolean hasNext() {
        while (next == null && !ended) {
            Optional<BatchEntry> entry = read();
            ended = entry.isEmpty();
            if (entry.isPresent() && entry.get() instanceof BatchEntry.Valid line) {
                String id = new BatchRequestId(round.id(), line.content()).toString();
                next = new OutgoingRequest(id, line.customId(), line.body(), headers);
            }
        }
        return next != null;
    }

    @Override
    public OutgoingRequest next() {
        OutgoingRequest request = hasNext() ? next : null;
        if (request == null) {
            throw new NoSuchElementException();
        }
        next = null;
        return request;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private Optional<BatchEntry> read() {
        try {
            return file.next();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
