package io.spillway.worker.domain;

import java.net.InetAddress;
import java.util.Arrays;

/**
 * The addresses that begin with the same bits, as in {@code 10.0.0.0/8}.
 *
 * @param prefix the first address, 4 or 16 bytes
 * @param bits how many leading bits count
 */
public record AddressRange(byte[] prefix, int bits) {

    public AddressRange {
        if (bits < 0 || bits > prefix.length * Byte.SIZE) {
            throw new IllegalArgumentException("a prefix length from 0 to " + prefix.length * Byte.SIZE + " is expected");
        }
        prefix = prefix.clone();
    }

    /**
     * Reads {@code 10.0.0.0/8}, {@code fd12::/16} or a single address.
     *
     * @throws IllegalArgumentException when it is neither
     */
    public static AddressRange parse(String text) {
        int slash = text.indexOf('/');
        // Only digits, colons and points: never looked up.
        byte[] prefix = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash)).getAddress();
        return new AddressRange(prefix, slash < 0 ? prefix.length * Byte.SIZE : Integer.parseInt(text.substring(slash + 1)));
    }

    /** Whether an address, 4 or 16 bytes, is one of these. */
    public boolean contains(byte[] address) {
        if (address.length != prefix.length) {
            return false;
        }
        int whole = bits / Byte.SIZE;
        int rest = bits % Byte.SIZE;
        return Arrays.equals(address, 0, whole, prefix, 0, whole)
                && (rest == 0 || ((address[whole] ^ prefix[whole]) & 0xff) >>> (Byte.SIZE - rest) == 0);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AddressRange range && bits == range.bits && Arrays.equals(prefix, range.prefix);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(prefix) + bits;
    }

    @Override
    public String toString() {
        return prefix.length + " bytes/" + bits;
    }
}
