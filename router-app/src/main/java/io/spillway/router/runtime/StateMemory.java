package io.spillway.router.runtime;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * One pool of native memory for every RocksDB of this process. By default each store of each partition has a cache of 50 MB and write
 * buffers of up to 48 MB of its own, and a router has three stores per partition and lane: it would grow for hours, to gigabytes. Half of
 * the pool is for what is not yet written to files, the rest for what is read; indexes and filters of files count too.
 */
public final class StateMemory implements RocksDBConfigSetter {

    /** Size of the pool; a number. */
    static final String BYTES = "spillway.state.memory.bytes";

    private static final double SHARE_OF_INDEXES = 0.2;
    /** What a store takes at least. The default of 1 MiB alone would fill the pool of a router with a hundred stores. */
    private static final long LEAST_PER_STORE = 64 * 1024;
    private static final Map<Long, Pool> POOLS = new ConcurrentHashMap<>();

    /** Lives as long as the process: stores come and go with partitions. */
    private record Pool(Cache cache, WriteBufferManager writeBuffers) {

        static Pool of(long bytes) {
            RocksDB.loadLibrary();
            Cache cache = new LRUCache(bytes, -1, false, SHARE_OF_INDEXES);
            return new Pool(cache, new WriteBufferManager(bytes / 2, cache));
        }
    }

    @Override
    public void setConfig(String storeName, Options options, Map<String, Object> configs) {
        Pool pool = POOLS.computeIfAbsent(((Number) Objects.requireNonNull(configs.get(BYTES), BYTES)).longValue(), Pool::of);
        BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
        table.setBlockCache(pool.cache());
        table.setCacheIndexAndFilterBlocks(true);
        table.setCacheIndexAndFilterBlocksWithHighPriority(true);
        table.setPinTopLevelIndexAndFilter(true);
        options.setTableFormatConfig(table);
        options.setWriteBufferManager(pool.writeBuffers());
        options.setArenaBlockSize(LEAST_PER_STORE);
    }

    @Override
    public void close(String storeName, Options options) {
        // The pool is shared with other stores.
    }
}
