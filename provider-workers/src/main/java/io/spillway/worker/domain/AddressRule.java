package io.spillway.worker.domain;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Where an address leads, judged by its bits alone, so that what was judged is what is connected to. IPv4 addresses inside IPv6
 * ones (mapped, NAT64, 6to4, ISATAP) are judged as the IPv4 address, because that is where the packets end. Ranges: IANA's
 * special-purpose registries for IPv4 and IPv6, and the documents of the clouds for their metadata services.
 */
public final class AddressRule {

    /** Who may be called. */
    public enum Zone {
        /** On the internet: any deployment. */
        PUBLIC,
        /** Loopback and private networks: deployments whose operator said so. */
        PRIVATE,
        /** Metadata services, link-local addresses and everything that is no host: nobody. */
        FORBIDDEN
    }

    /**
     * @param zone who may be called there
     * @param what the kind of address in words, such as "a loopback address"
     */
    public record Verdict(Zone zone, String what) {}

    private static final Verdict PUBLIC = new Verdict(Zone.PUBLIC, "a public address");
    private static final String METADATA = "an address of a cloud's metadata service";
    private static final String LINK_LOCAL = "a link-local address, where clouds keep metadata and credentials";
    private static final String NO_HOST = "an address reserved by standards, where no server can be";
    private static final int IPV4_BYTES = 4;

    private record Rule(AddressRange range, Verdict verdict) {}

    /** The first match counts. */
    private static final List<Rule> IPV4 = List.of(
            never("169.254.0.0/16", LINK_LOCAL),
            // Alibaba, Azure, Oracle.
            never("100.100.100.200/32", METADATA), never("168.63.129.16/32", METADATA), never("192.0.0.192/32", METADATA),
            never("0.0.0.0/8", "the unspecified address"), never("255.255.255.255/32", "the broadcast address"),
            never("224.0.0.0/4", "a multicast address"), never("240.0.0.0/4", NO_HOST), never("192.0.0.0/24", NO_HOST),
            never("192.0.2.0/24", NO_HOST), never("198.51.100.0/24", NO_HOST), never("203.0.113.0/24", NO_HOST),
            never("192.88.99.0/24", NO_HOST),
            declared("127.0.0.0/8", "a loopback address"), declared("10.0.0.0/8", "a private address"),
            declared("172.16.0.0/12", "a private address"), declared("192.168.0.0/16", "a private address"),
            declared("100.64.0.0/10", "a private address (carrier-grade NAT)"),
            declared("198.18.0.0/15", "a private address (benchmarking)"));

    private static final List<Rule> IPV6 = List.of(
            // AWS, Google, Scaleway; inside the private range, so they come first.
            never("fd00:ec2::/32", METADATA), never("fd20:ce::254/128", METADATA), never("fd00:42::42/128", METADATA),
            never("fe80::/10", LINK_LOCAL), never("ff00::/8", "a multicast address"),
            never("::/128", "the unspecified address"), declared("::1/128", "a loopback address"),
            declared("fc00::/7", "a private address"), declared("fec0::/10", "a private address (site-local)"),
            // Teredo among others.
            never("2001::/23", NO_HOST), never("2001:db8::/32", NO_HOST), never("3fff::/20", NO_HOST));

    private static final AddressRange GLOBAL_IPV6 = AddressRange.parse("2000::/3");
    private static final AddressRange LOCAL_NAT64 = AddressRange.parse("64:ff9b:1::/48");
    private static final AddressRange SIX_TO_FOUR = AddressRange.parse("2002::/16");

    /** IPv4 in the last four bytes: compatible (which includes mapped as Java reads it), mapped, translated, NAT64. */
    private static final List<AddressRange> IPV4_AT_THE_END = List.of(new AddressRange(new byte[16], 96),
            new AddressRange(new byte[]{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 0, 0, 0, 0}, 96),
            AddressRange.parse("::ffff:0:0:0/96"), AddressRange.parse("64:ff9b::/96"));

    private AddressRule() {}

    /** Judges a resolved address. */
    public static Verdict judge(InetAddress address) {
        return judge(address.getAddress());
    }

    /** Judges an address of 4 or 16 bytes. */
    public static Verdict judge(byte[] address) {
        return address.length == IPV4_BYTES ? first(IPV4, address).orElse(PUBLIC) : judgeIpv6(address);
    }

    /**
     * The address that a host in a URL spells out, in any form that some resolver accepts: brackets, a zone, decimal, octal and
     * hexadecimal IPv4, fewer than four parts. Empty for names. Nothing is looked up.
     */
    public static Optional<InetAddress> literal(String host) {
        String bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        int zone = bare.indexOf('%');
        String address = zone < 0 ? bare : bare.substring(0, zone);
        try {
            return Optional.of(
                    address.contains(":") ? InetAddress.ofLiteral(address) : Inet4Address.ofPosixLiteral(address));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Whether a host is an IPv4 address in a form that resolvers read differently, such as 0177.0.0.1, 127.1 or 2130706433. */
    public static boolean isAmbiguous(String host) {
        return !host.contains(":") && literal(host).filter(address -> !address.getHostAddress().equals(host)).isPresent();
    }

    private static Verdict judgeIpv6(byte[] address) {
        Optional<Verdict> known = first(IPV6, address);
        if (known.isPresent()) {
            return known.get();
        }
        if (IPV4_AT_THE_END.stream().anyMatch(range -> range.contains(address))) {
            return embedded(address, 12);
        }
        if (SIX_TO_FOUR.contains(address)) {
            return embedded(address, 2);
        }
        if (LOCAL_NAT64.contains(address)) {
            Verdict inner = embedded(address, 12);
            return inner.zone() == Zone.PUBLIC ? new Verdict(Zone.PRIVATE, "a private address (local NAT64)") : inner;
        }
        if (!GLOBAL_IPV6.contains(address)) {
            return new Verdict(Zone.FORBIDDEN, NO_HOST);
        }
        return isIsatap(address) ? embedded(address, 12) : PUBLIC;
    }

    /** An interface identifier of 0000:5efe or 0200:5efe, followed by the IPv4 address. */
    private static boolean isIsatap(byte[] address) {
        return (address[8] & ~2) == 0 && address[9] == 0 && address[10] == 0x5e && (address[11] & 0xff) == 0xfe;
    }

    private static Verdict embedded(byte[] address, int at) {
        Verdict inner = judge(Arrays.copyOfRange(address, at, at + IPV4_BYTES));
        return inner.zone() == Zone.PUBLIC ? inner : new Verdict(inner.zone(), inner.what() + " inside an IPv6 address");
    }

    private static Optional<Verdict> first(List<Rule> rules, byte[] address) {
        return rules.stream().filter(rule -> rule.range().contains(address)).map(Rule::verdict).findFirst();
    }

    private static Rule never(String range, String what) {
        return new Rule(AddressRange.parse(range), new Verdict(Zone.FORBIDDEN, what));
    }

    private static Rule declared(String range, String what) {
        return new Rule(AddressRange.parse(range), new Verdict(Zone.PRIVATE, what));
    }
}
