package io.spillway.router.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;

import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.message.MissingSchemaException;
import org.junit.jupiter.api.Test;

import io.spillway.contract.ReleasedSchemas;
import io.spillway.router.domain.Progress;
import io.spillway.v1.state.RequestProgress;
import io.spillway.v1.state.StoredRequest;

class StateCodecTest {

    @Test
    void shouldReadARequestThatAReleasedVersionStored() throws IOException {
        // Given the form of the first release, which had no first progress in the record
        Schema earlier = ReleasedSchemas.of(StoredRequest.SCHEMA$.getFullName()).getFirst();
        assertThat(earlier.getField("first")).isNull();
        GenericRecord stored = new GenericRecordBuilder(earlier).set("route", "chat")
                .set("acceptedAt", TestRouter.START.toEpochMilli()).set("deadline", TestRouter.START.toEpochMilli())
                .set("payloadHash", ByteBuffer.wrap(new byte[32])).set("request", ByteBuffer.wrap(new byte[]{1})).build();
        // When
        StoredRequest read = StateCodec.storedRequest().deserializer().deserialize("", encode(earlier, stored));
        // Then
        assertThat(read.getRoute()).isEqualTo("chat");
        assertThat(read.getAcceptedAt()).isEqualTo(TestRouter.START);
        assertThat(read.getFirst()).isNull();
    }

    @Test
    void shouldReadTheFirstProgressBack() {
        // Given
        RequestProgress first = ProgressMapper.toAvro("chat", TestRouter.START, Progress.none(), 1, null);
        StoredRequest stored = StoredRequest.newBuilder().setRoute("chat").setAcceptedAt(TestRouter.START)
                .setDeadline(TestRouter.START).setPayloadHash(ByteBuffer.allocate(32)).setRequest(ByteBuffer.allocate(0))
                .setFirst(first).build();
        // When
        byte[] bytes = StateCodec.storedRequest().serializer().serialize("", stored);
        // Then
        assertThat(StateCodec.storedRequest().deserializer().deserialize("", bytes).getFirst()).isEqualTo(first);
    }

    @Test
    void shouldRefuseWhatNoReleaseWrote() throws IOException {
        Schema unknown = new Schema.Parser().parse(
                "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"a\",\"type\":\"string\"}]}");
        byte[] bytes = encode(unknown, new GenericRecordBuilder(unknown).set("a", "b").build());
        assertThatThrownBy(() -> StateCodec.storedRequest().deserializer().deserialize("", bytes))
                .isInstanceOf(MissingSchemaException.class);
    }

    private static byte[] encode(Schema schema, GenericRecord value) throws IOException {
        ByteBuffer buffer = new BinaryMessageEncoder<GenericRecord>(GenericData.get(), schema).encode(value);
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }
}
