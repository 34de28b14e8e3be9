package io.spillway.health.domain;

/** A draw in [0, 1) that is the same for the same deployment and epoch, so that a replay opens for the same time. */
final class JitterDraw {

    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private JitterDraw() {}

    /** FNV-1a of the name. */
    static long seed(String deployment) {
        long hash = FNV_OFFSET;
        for (int i = 0; i < deployment.length(); i++) {
            hash = (hash ^ deployment.charAt(i)) * FNV_PRIME;
        }
        return hash;
    }

    /** SplitMix64 of the two. */
    static double draw(long seed, long epoch) {
        long z = seed + epoch * 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return ((z ^ (z >>> 31)) >>> 11) * 0x1.0p-53;
    }
}
