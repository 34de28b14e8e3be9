package io.spillway.contract.serde;

import java.io.OutputStream;
import java.util.Arrays;

import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/** A growing array that Avro writes into directly, behind the bytes of the frame. Used by one thread at a time. */
final class FrameBuffer extends OutputStream {

    private static final int FIRST_BYTES = 1_024;

    private final BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(this, null);
    private byte[] bytes = new byte[FIRST_BYTES];
    private int length;

    /** Starts a record; what was in the buffer is forgotten. */
    BinaryEncoder begin(int schemaId) {
        WireFormat.write(schemaId, bytes);
        length = WireFormat.ID_FRAME_BYTES;
        return encoder;
    }

    byte[] toByteArray() {
        return Arrays.copyOf(bytes, length);
    }

    int capacity() {
        return bytes.length;
    }

    @Override
    public void write(int value) {
        reserve(1);
        bytes[length++] = (byte) value;
    }

    @Override
    public void write(byte[] source, int offset, int count) {
        reserve(count);
        System.arraycopy(source, offset, bytes, length, count);
        length += count;
    }

    private void reserve(int count) {
        if (bytes.length - length >= count) {
            return;
        }
        long wanted = Math.max(bytes.length * 2L, (long) length + count);
        if ((long) length + count > Integer.MAX_VALUE - 8) {
            throw new IllegalStateException("record is larger than 2 GiB");
        }
        bytes = Arrays.copyOf(bytes, (int) Math.min(wanted, Integer.MAX_VALUE - 8));
    }
}
