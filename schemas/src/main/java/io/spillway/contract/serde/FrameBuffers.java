package io.spillway.contract.serde;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A few buffers to use again. Not thread-local: with virtual threads that would be one buffer per record. A miss costs an
 * allocation, never a wait.
 */
final class FrameBuffers {

    private static final int SLOTS = 16;
    /** A buffer that once held a huge record is not kept. */
    private static final int MAX_KEPT_BYTES = 1 << 20;

    private final AtomicReferenceArray<FrameBuffer> slots = new AtomicReferenceArray<>(SLOTS);

    FrameBuffer take() {
        FrameBuffer kept = slots.getAndSet(slot(), null);
        return kept == null ? new FrameBuffer() : kept;
    }

    void giveBack(FrameBuffer buffer) {
        if (buffer.capacity() <= MAX_KEPT_BYTES) {
            slots.set(slot(), buffer);
        }
    }

    @SuppressWarnings("deprecation") // threadId() is newer than Java 17; any spread will do here
    private static int slot() {
        return (int) (Thread.currentThread().getId() & (SLOTS - 1));
    }
}
