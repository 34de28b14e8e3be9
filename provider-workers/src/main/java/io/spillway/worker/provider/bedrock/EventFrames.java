package io.spillway.worker.provider.bedrock;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32;

import io.spillway.worker.provider.stream.EventDecoder;
import software.amazon.eventstream.Message;

/**
 * Cuts AWS's event stream into messages. Both checksums of every message are checked, that of the length before the length is
 * believed.
 */
final class EventFrames {

    static final String MEDIA_TYPE = "application/vnd.amazon.eventstream";

    private static final int LENGTHS = 8;
    private static final int PRELUDE = 12;
    /** A message with neither headers nor payload. */
    private static final int SHORTEST = 16;
    private static final int LONGEST = EventDecoder.MAX_EVENT_BYTES;

    /** The bytes are no event stream, or were damaged on the way. */
    static final class BrokenFrameException extends Exception {
        private static final long serialVersionUID = 1L;
    }

    private byte[] buffer = new byte[4 * 1024];
    private int begin;
    private int end;

    void add(byte[] bytes, int offset, int length) {
        if (buffer.length - end < length) {
            int held = end - begin;
            byte[] target = held + length <= buffer.length ? buffer : new byte[Math.max(2 * buffer.length, held + length)];
            System.arraycopy(buffer, begin, target, 0, held);
            buffer = target;
            begin = 0;
            end = held;
        }
        System.arraycopy(bytes, offset, buffer, end, length);
        end += length;
    }

    /** The next complete message, if it is there. */
    Optional<Message> next() throws BrokenFrameException {
        if (end - begin < PRELUDE) {
            return Optional.empty();
        }
        int length = ByteBuffer.wrap(buffer, begin, PRELUDE).getInt();
        if (length < SHORTEST || length > LONGEST || !hasGoodPrelude()) {
            throw new BrokenFrameException();
        }
        if (end - begin < length) {
            return Optional.empty();
        }
        byte[] frame = Arrays.copyOfRange(buffer, begin, begin + length);
        begin += length;
        try {
            return Optional.of(Message.decode(ByteBuffer.wrap(frame)));
        } catch (RuntimeException e) {
            // Whatever the decoder throws at a wrong checksum, or at headers that make no sense.
            throw new BrokenFrameException();
        }
    }

    /** Whether a part of a message is left over. */
    boolean isCutOff() {
        return end > begin;
    }

    private boolean hasGoodPrelude() {
        CRC32 crc = new CRC32();
        crc.update(buffer, begin, LENGTHS);
        return (int) crc.getValue() == ByteBuffer.wrap(buffer, begin + LENGTHS, PRELUDE - LENGTHS).getInt();
    }
}
