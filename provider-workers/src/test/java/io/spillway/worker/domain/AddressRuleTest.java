package io.spillway.worker.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import java.net.InetAddress;
import java.util.HexFormat;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.spillway.worker.domain.AddressRule.Zone;

class AddressRuleTest {

    @ParameterizedTest
    @CsvSource(textBlock = """
            8.8.8.8, PUBLIC, public
            104.18.6.192, PUBLIC, public
            172.15.255.255, PUBLIC, public
            172.32.0.0, PUBLIC, public
            100.63.255.255, PUBLIC, public
            100.128.0.0, PUBLIC, public
            168.63.129.15, PUBLIC, public
            2606:4700::6812:6c0, PUBLIC, public
            2a00:1450:4001:800::200a, PUBLIC, public
            127.0.0.1, PRIVATE, loopback
            127.255.255.254, PRIVATE, loopback
            10.0.0.0, PRIVATE, private
            10.255.255.255, PRIVATE, private
            172.16.0.1, PRIVATE, private
            172.31.255.255, PRIVATE, private
            192.168.0.1, PRIVATE, private
            100.64.0.1, PRIVATE, carrier-grade
            100.127.255.255, PRIVATE, carrier-grade
            198.18.0.1, PRIVATE, benchmarking
            ::1, PRIVATE, loopback
            fc00::1, PRIVATE, private
            fdff:ffff::1, PRIVATE, private
            fec0::1, PRIVATE, site-local
            169.254.169.254, FORBIDDEN, link-local
            169.254.170.2, FORBIDDEN, link-local
            169.254.0.0, FORBIDDEN, link-local
            100.100.100.200, FORBIDDEN, metadata
            168.63.129.16, FORBIDDEN, metadata
            192.0.0.192, FORBIDDEN, metadata
            fd00:ec2::254, FORBIDDEN, metadata
            fd00:ec2::23, FORBIDDEN, metadata
            fd20:ce::254, FORBIDDEN, metadata
            fd00:42::42, FORBIDDEN, metadata
            fe80::1, FORBIDDEN, link-local
            febf::1, FORBIDDEN, link-local
            0.0.0.0, FORBIDDEN, unspecified
            0.1.2.3, FORBIDDEN, unspecified
            ::, FORBIDDEN, unspecified
            224.0.0.1, FORBIDDEN, multicast
            239.255.255.255, FORBIDDEN, multicast
            ff02::1, FORBIDDEN, multicast
            255.255.255.255, FORBIDDEN, broadcast
            240.0.0.1, FORBIDDEN, reserved
            192.0.2.1, FORBIDDEN, reserved
            198.51.100.1, FORBIDDEN, reserved
            203.0.113.1, FORBIDDEN, reserved
            2001::1, FORBIDDEN, reserved
            2001:db8::1, FORBIDDEN, reserved
            100::1, FORBIDDEN, reserved
            4000::1, FORBIDDEN, reserved
            """)
    void shouldJudgeAnAddressByItsRange(String address, Zone zone, String word) {
        AddressRule.Verdict verdict = AddressRule.judge(InetAddress.ofLiteral(address));

        assertThat(verdict.zone()).isEqualTo(zone);
        assertThat(verdict.what()).contains(word);
    }

    /** As raw bytes: Java turns some of these into IPv4 by itself, a DNS answer need not pass through that. */
    static Stream<Arguments> disguises() {
        return Stream.of(argumentSet("mapped", "00000000000000000000ffff"), argumentSet("compatible", "000000000000000000000000"),
                argumentSet("translated", "0000000000000000ffff0000"), argumentSet("NAT64", "0064ff9b0000000000000000"),
                argumentSet("ISATAP", "20010da800000001 00005efe"),
                argumentSet("ISATAP, universal", "20010da800000001 02005efe"));
    }

    @ParameterizedTest
    @MethodSource("disguises")
    void shouldJudgeTheIpv4AddressInsideAnIpv6Address(String prefix) {
        assertThat(zoneOf(prefix, "a9fea9fe")).isEqualTo(Zone.FORBIDDEN);
        assertThat(zoneOf(prefix, "7f000001")).isEqualTo(Zone.PRIVATE);
        assertThat(zoneOf(prefix, "0a000001")).isEqualTo(Zone.PRIVATE);
        assertThat(zoneOf(prefix, "64400001")).isEqualTo(Zone.PRIVATE);
        assertThat(zoneOf(prefix, "a83f8110")).isEqualTo(Zone.FORBIDDEN);
        assertThat(zoneOf(prefix, "08080808")).isEqualTo(Zone.PUBLIC);
    }

    @Test
    void shouldJudgeTheIpv4AddressInside6to4() {
        assertThat(zoneOf("2002a9fea9fe", "00000000000000000001")).isEqualTo(Zone.FORBIDDEN);
        assertThat(zoneOf("20020a000001", "00000000000000000001")).isEqualTo(Zone.PRIVATE);
        assertThat(zoneOf("200208080808", "00000000000000000001")).isEqualTo(Zone.PUBLIC);
    }

    @Test
    void shouldTakeLocalNat64ForPrivateAtLeast() {
        assertThat(zoneOf("0064ff9b00010000 00000000", "08080808")).isEqualTo(Zone.PRIVATE);
        assertThat(zoneOf("0064ff9b00010000 00000000", "a9fea9fe")).isEqualTo(Zone.FORBIDDEN);
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1, 127.0.0.1, false", "0177.0.0.1, 127.0.0.1, true", "0x7f.0.0.1, 127.0.0.1, true",
            "0x7f000001, 127.0.0.1, true", "2130706433, 127.0.0.1, true", "017700000001, 127.0.0.1, true",
            "127.1, 127.0.0.1, true", "127.0.1, 127.0.0.1, true", "2852039166, 169.254.169.254, true",
            "0xA9FEA9FE, 169.254.169.254, true", "[::1], 0:0:0:0:0:0:0:1, false", "::1, 0:0:0:0:0:0:0:1, false",
            "[::ffff:169.254.169.254], 169.254.169.254, false", "[fe80::1%25eth9], fe80:0:0:0:0:0:0:1, false"})
    void shouldReadAddressesInAllTheirForms(String host, String address, boolean isAmbiguous) {
        assertThat(AddressRule.literal(host)).hasValueSatisfying(found -> assertThat(found.getHostAddress()).isEqualTo(address));
        assertThat(AddressRule.isAmbiguous(host)).isEqualTo(isAmbiguous);
    }

    @ParameterizedTest
    @ValueSource(strings = {"api.openai.com", "localhost", "1e100.net", "10.0.0.1.example.com", "0xfeed.example", "a",
            "metadata"})
    void shouldTakeNamesForNames(String host) {
        assertThat(AddressRule.literal(host)).isEmpty();
        assertThat(AddressRule.isAmbiguous(host)).isFalse();
    }

    private static Zone zoneOf(String prefix, String rest) {
        byte[] address = HexFormat.of().parseHex(prefix.replace(" ", "") + rest);
        assertThat(address).hasSize(16);
        return AddressRule.judge(address).zone();
    }
}
