package io.spillway.contract.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.UUID;

import io.spillway.contract.serde.WireFormat.SchemaReference;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WireFormatTest {

    private static final UUID GUID = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");
    private static final String GUID_FRAME = "0100112233445566778899aabbccddeeff";

    @Test
    void shouldReadTheIdInFrontOfTheValue() {
        // Given
        ByteBuffer value = bytes("00fffffffe06616263020e");
        // When
        SchemaReference reference = WireFormat.read(null, value);
        // Then
        assertThat(reference).isEqualTo(new SchemaReference.ById(-2));
        assertThat(value.remaining()).isEqualTo(6);
    }

    @Test
    void shouldReadTheGuidInFrontOfTheValue() {
        // Given
        ByteBuffer value = bytes(GUID_FRAME + "0e");
        // When
        SchemaReference reference = WireFormat.read(new RecordHeaders(), value);
        // Then
        assertThat(reference).isEqualTo(new SchemaReference.ByGuid(GUID));
        assertThat(value.remaining()).isEqualTo(1);
    }

    @Test
    void shouldPreferTheHeaderAndLeaveTheValueWhole() {
        // Given
        ByteBuffer value = bytes("06616263020e");
        RecordHeaders guid = new RecordHeaders();
        guid.add(WireFormat.VALUE_ID_HEADER, bytes(GUID_FRAME).array());
        RecordHeaders id = new RecordHeaders();
        id.add(WireFormat.VALUE_ID_HEADER, bytes("0000000002").array());
        // When, Then
        assertThat(WireFormat.read(guid, value)).isEqualTo(new SchemaReference.ByGuid(GUID));
        assertThat(WireFormat.read(id, value)).isEqualTo(new SchemaReference.ById(2));
        assertThat(value.remaining()).isEqualTo(6);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "00", "00000000", "01001122", "02000000020e", "ff"})
    void shouldRefuseWhatIsNotFramed(String hex) {
        assertThatThrownBy(() -> WireFormat.read(null, bytes(hex))).isInstanceOf(SerializationException.class);
    }

    @Test
    void shouldSayThatItIsJsonWhenItIs() {
        assertThatThrownBy(
                () -> WireFormat.read(null, ByteBuffer.wrap("{\"model\":1}".getBytes(StandardCharsets.UTF_8))))
                .hasMessageContaining("JSON").hasMessageNotContaining("model");
        assertThat(WireFormat.isFramed("{}abcdef".getBytes(StandardCharsets.UTF_8))).isFalse();
        assertThat(WireFormat.isFramed(bytes("0000000002").array())).isTrue();
        assertThat(WireFormat.isFramed(null)).isFalse();
    }

    private static ByteBuffer bytes(String hex) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex));
    }
}
