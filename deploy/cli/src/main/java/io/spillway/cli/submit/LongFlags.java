package io.spillway.cli.submit;

/**
 * A byte of flags for each of many 64-bit hashes, without an object per entry: a batch has millions of lines. Open addressing;
 * at most 36 bytes an entry. Zero flags and absence are the same.
 */
final class LongFlags {

    private static final int FIRST_CAPACITY = 1024;

    private long[] keys = new long[FIRST_CAPACITY];
    private byte[] flags = new byte[FIRST_CAPACITY];
    private int size;

    /** The flags of a key; 0 when it has none. */
    int get(long key) {
        return flags[slot(keys, flags, key)];
    }

    boolean has(long key, int flag) {
        return (get(key) & flag) != 0;
    }

    /**
     * Sets flags of a key.
     *
     * @param added 1 to 127
     * @return the flags before
     */
    int add(long key, int added) {
        int slot = slot(keys, flags, key);
        int before = flags[slot];
        flags[slot] = (byte) (before | added);
        keys[slot] = key;
        if (before == 0) {
            size++;
            if (size * 2 > keys.length) {
                grow();
            }
        }
        return before;
    }

    /** How many keys have a flag. */
    int size() {
        return size;
    }

    private void grow() {
        long[] moreKeys = new long[Math.multiplyExact(keys.length, 2)];
        byte[] moreFlags = new byte[moreKeys.length];
        for (int i = 0; i < keys.length; i++) {
            if (flags[i] != 0) {
                int slot = slot(moreKeys, moreFlags, keys[i]);
                moreKeys[slot] = keys[i];
                moreFlags[slot] = flags[i];
            }
        }
        keys = moreKeys;
        flags = moreFlags;
    }

    /** Where the key is, or would go. The keys are hashes already: their low bits spread well. */
    private static int slot(long[] keys, byte[] flags, long key) {
        int mask = keys.length - 1;
        int slot = (int) key & mask;
        while (flags[slot] != 0 && keys[slot] != key) {
            slot = slot + 1 & mask;
        }
        return slot;
    }
}
