package io.spillway.contract.serde;

import java.io.IOException;

import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/** Writes records of one class under one schema id. Holds no state of a record, so threads share it. */
final class RecordWriter {

    private final int schemaId;
    private final DatumWriter<SpecificRecord> writer;
    private final Schema own;
    private final @Nullable Schema target;

    private RecordWriter(int schemaId, SpecificRecord example, @Nullable Schema target) {
        this.schemaId = schemaId;
        this.own = example.getSchema();
        this.writer = new SpecificDatumWriter<>(own, SpecificData.getForClass(example.getClass()));
        this.target = target;
    }

    /** Writes what the class says. */
    static RecordWriter asGenerated(int schemaId, SpecificRecord example) {
        return new RecordWriter(schemaId, example, null);
    }

    /**
     * Writes in the shape of another version. Fields are matched by name, which costs a second pass; writing a record of
     * one version with the positions of another would mix up its fields.
     */
    static RecordWriter translating(int schemaId, SpecificRecord example, Schema target) {
        return new RecordWriter(schemaId, example, target);
    }

    byte[] write(SpecificRecord datum, FrameBuffer buffer) throws IOException {
        BinaryEncoder encoder = buffer.begin(schemaId);
        writer.write(datum, encoder);
        encoder.flush();
        byte[] bytes = buffer.toByteArray();
        return target == null ? bytes : translate(bytes, target, buffer);
    }

    private byte[] translate(byte[] bytes, Schema shape, FrameBuffer buffer) throws IOException {
        BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(bytes, WireFormat.ID_FRAME_BYTES,
                bytes.length - WireFormat.ID_FRAME_BYTES, null);
        Object generic = new GenericDatumReader<>(own, shape).read(null, decoder);
        BinaryEncoder encoder = buffer.begin(schemaId);
        new GenericDatumWriter<>(shape).write(generic, encoder);
        encoder.flush();
        return buffer.toByteArray();
    }
}
