package io.spillway.router.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

class StateMemoryTest {

    private static final long MEBIBYTE = 1024 * 1024;
    private static final long POOL = 16 * MEBIBYTE;
    private static final int STORES = 8;
    private static final int VALUE = 4096;

    @TempDir
    Path directory;

    @Test
    void shouldKeepTheWriteBuffersOfAllStoresWithinHalfOfThePool() throws RocksDBException {
        byte[] value = new byte[VALUE];
        new SplittableRandom(3).nextBytes(value);
        List<RocksDB> stores = new ArrayList<>();
        List<Options> all = new ArrayList<>();
        try {
            for (int i = 0; i < STORES; i++) {
                Options options = new Options().setCreateIfMissing(true).setTableFormatConfig(new BlockBasedTableConfig());
                new StateMemory().setConfig("store-" + i, options, Map.of(StateMemory.BYTES, (int) POOL));
                all.add(options);
                stores.add(RocksDB.open(options, directory.resolve("store-" + i).toString()));
            }
            long most = 0;
            // Four mebibytes into each: without a common bound all of it would stay in memory.
            for (int key = 0; key < 4 * MEBIBYTE / VALUE; key++) {
                for (RocksDB store : stores) {
                    store.put(ByteBuffer.allocate(Integer.BYTES).putInt(key).array(), value);
                }
                awaitFiles(stores);
                most = Math.max(most, inWriteBuffers(stores));
            }

            assertThat(most).isPositive().isLessThan(POOL * 3 / 4);
            for (RocksDB store : stores) {
                assertThat(store.get(ByteBuffer.allocate(Integer.BYTES).putInt(7).array())).isEqualTo(value);
            }
        } finally {
            stores.forEach(RocksDB::close);
            all.forEach(Options::close);
        }
    }

    /** Files are written in the background; how far that lags behind on a busy machine is not the matter here. */
    private static void awaitFiles(List<RocksDB> stores) throws RocksDBException {
        for (RocksDB store : stores) {
            while (store.getLongProperty("rocksdb.mem-table-flush-pending")
                    + store.getLongProperty("rocksdb.num-running-flushes") > 0) {
                Thread.onSpinWait();
            }
        }
    }

    private static long inWriteBuffers(List<RocksDB> stores) throws RocksDBException {
        long sum = 0;
        for (RocksDB store : stores) {
            sum += store.getLongProperty("rocksdb.cur-size-active-mem-table");
        }
        return sum;
    }
}
