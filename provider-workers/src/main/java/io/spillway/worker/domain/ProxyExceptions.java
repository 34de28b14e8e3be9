package io.spillway.worker.domain;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The hosts that are called directly although there is a proxy. A name stands for itself and everything below it; an address or
 * a range such as {@code 10.0.0.0/8} for endpoints that spell out an address, because names are not looked up for this.
 *
 * @param names in lower case, without a leading point
 * @param ranges of addresses
 */
public record ProxyExceptions(List<String> names, List<AddressRange> ranges) {

    private static final Pattern NAME = Pattern.compile("[a-z0-9_-]+(\\.[a-z0-9_-]+)*");

    public ProxyExceptions {
        names = List.copyOf(names);
        ranges = List.copyOf(ranges);
    }

    /** Everything goes through the proxy. */
    public static ProxyExceptions none() {
        return new ProxyExceptions(List.of(), List.of());
    }

    /**
     * Reads entries such as {@code models.internal}, {@code .svc}, {@code *.corp.example}, {@code 10.0.0.0/8}, {@code ::1}.
     *
     * @throws IllegalArgumentException naming the entry that is none of these
     */
    public static ProxyExceptions parse(List<String> entries) {
        List<String> names = new ArrayList<>();
        List<AddressRange> ranges = new ArrayList<>();
        for (String entry : entries) {
            String name = entry.toLowerCase(Locale.ROOT).replaceFirst("^\\*?\\.", "");
            if (!entry.contains("/") && AddressRule.literal(entry).isEmpty() && NAME.matcher(name).matches()) {
                names.add(name);
            } else {
                ranges.add(range(entry));
            }
        }
        return new ProxyExceptions(names, ranges);
    }

    /** Whether a host, as it stands in a URL, is called directly. */
    public boolean covers(String host) {
        Optional<InetAddress> address = AddressRule.literal(host);
        if (address.isPresent()) {
            byte[] bytes = address.get().getAddress();
            return ranges.stream().anyMatch(range -> range.contains(bytes));
        }
        String name = host.toLowerCase(Locale.ROOT);
        return names.stream().anyMatch(covered -> name.equals(covered) || name.endsWith("." + covered));
    }

    private static AddressRange range(String entry) {
        try {
            return AddressRange.parse(entry);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + entry + "' is neither a name nor an address nor a range such as 10.0.0.0/8",
                    e);
        }
    }
}
