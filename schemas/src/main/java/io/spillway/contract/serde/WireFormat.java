package io.spillway.contract.serde;

import java.nio.ByteBuffer;
import java.util.UUID;

import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Confluent's framing. Written: one zero byte, the schema id as four bytes with the highest first, then Avro binary. Read
 * as well: a 16-byte global identifier after a byte of one, and either form in the header {@value #VALUE_ID_HEADER}, in
 * which case the value is Avro binary alone.
 */
public final class WireFormat {

    /** First byte of a frame with a four-byte id. */
    public static final byte MAGIC_ID = 0;
    /** First byte of a frame with a global identifier. */
    public static final byte MAGIC_GUID = 1;
    /** Bytes in front of the Avro data Spillway writes. */
    public static final int ID_FRAME_BYTES = 5;
    /** Bytes in front of the Avro data when the identifier is global. */
    public static final int GUID_FRAME_BYTES = 17;
    /** Where serializers of Confluent Platform 8 may put the identifier instead. */
    public static final String VALUE_ID_HEADER = "__value_schema_id";

    private WireFormat() {}

    /** Which schema a record was written with. */
    public sealed interface SchemaReference {

        /** The registry's number, the same under every subject. */
        record ById(int id) implements SchemaReference {

            @Override
            public String toString() {
                return "schema id " + id;
            }
        }

        /** An identifier that is the same in every registry. */
        record ByGuid(UUID guid) implements SchemaReference {

            @Override
            public String toString() {
                return "schema guid " + guid;
            }
        }
    }

    /** True when the value starts like a frame; JSON never does. */
    public static boolean isFramed(byte @Nullable [] value) {
        return value != null && value.length >= ID_FRAME_BYTES && (value[0] == MAGIC_ID || value[0] == MAGIC_GUID);
    }

    /**
     * Reads which schema the record names and moves {@code value} to the first byte of Avro data.
     *
     * @throws SerializationException
     *             when the record names none
     */
    public static SchemaReference read(@Nullable Headers headers, ByteBuffer value) {
        Header header = headers == null ? null : headers.lastHeader(VALUE_ID_HEADER);
        if (header == null || header.value() == null) {
            return reference(value);
        }
        ByteBuffer identifier = ByteBuffer.wrap(header.value());
        SchemaReference reference = reference(identifier);
        if (identifier.hasRemaining()) {
            throw new SerializationException("Header " + VALUE_ID_HEADER + " is longer than a schema identifier.");
        }
        return reference;
    }

    /** Puts the frame of an id into the first {@value #ID_FRAME_BYTES} bytes. */
    static void write(int id, byte[] frame) {
        frame[0] = MAGIC_ID;
        frame[1] = (byte) (id >>> 24);
        frame[2] = (byte) (id >>> 16);
        frame[3] = (byte) (id >>> 8);
        frame[4] = (byte) id;
    }

    private static SchemaReference reference(ByteBuffer bytes) {
        int length = bytes.remaining();
        if (length == 0) {
            throw new SerializationException("The value is empty: no schema id, no data.");
        }
        byte magic = bytes.get();
        if (magic == MAGIC_ID && length >= ID_FRAME_BYTES) {
            return new SchemaReference.ById(bytes.getInt());
        }
        if (magic == MAGIC_GUID && length >= GUID_FRAME_BYTES) {
            return new SchemaReference.ByGuid(new UUID(bytes.getLong(), bytes.getLong()));
        }
        throw new SerializationException(describe(magic, length));
    }

    private static String describe(byte magic, int length) {
        if (magic == '{') {
            return "The value is JSON, but Avro in Confluent's framing is expected here.";
        }
        return String.format("The value is not in Confluent's framing: %d bytes, the first is 0x%02x. Produce it with a "
                + "schema registry serializer.", length, magic);
    }
}
