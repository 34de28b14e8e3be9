package io.spillway.router.domain;

/**
 * Numbers that look random and are not: a hash of the request's id and a counter. A replay after a crash draws the same
 * number and so makes the same choice.
 */
public final class Draw {

    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private Draw() {}

    /**
     * A number in [0,1), evenly spread over requests and counters. FNV-1a over the id, finished with the mixer of
     * SplitMix64 (Steele, Lea, Flood 2014).
     */
    public static double of(String requestId, int counter) {
        long hash = FNV_OFFSET;
        for (int i = 0; i < requestId.length(); i++) {
            hash = (hash ^ requestId.charAt(i)) * FNV_PRIME;
        }
        hash += counter * 0x9e3779b97f4a7c15L;
        hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
        hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
        hash ^= hash >>> 31;
        return (hash >>> 11) * 0x1.0p-53;
    }
}
