package io.spillway.simulator;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Calls as columns in blocks, so that millions fit in memory. Not safe for threads: the log guards it. */
final class CallRows {

    private static final int BLOCK_ROWS = 4096;

    record Row(long sequence, Instant at, String model, String requestId, long promptHash, int promptTokens, int completionTokens,
            CallOutcome outcome, String reason) {}

    private static final class Block {
        private final long[] atMicros = new long[BLOCK_ROWS];
        private final long[] promptHash = new long[BLOCK_ROWS];
        private final String[] requestId = new String[BLOCK_ROWS];
        private final int[] promptTokens = new int[BLOCK_ROWS];
        private final int[] completionTokens = new int[BLOCK_ROWS];
        private final int[] model = new int[BLOCK_ROWS];
        private final int[] reason = new int[BLOCK_ROWS];
        private final CallOutcome[] outcome = new CallOutcome[BLOCK_ROWS];
    }

    /** Each distinct text is kept once. Clients choose model names, so a flood of different ones does cost memory. */
    private final Map<String, Integer> textNumbers = new HashMap<>();
    private final List<String> texts = new ArrayList<>();
    private final List<Block> blocks = new ArrayList<>();
    private long firstSequence = 1;
    private long size;

    void add(Instant at, String model, String requestId, long promptHash, int promptTokens, int completionTokens,
            CallOutcome outcome, String reason) {
        int index = (int) (size % BLOCK_ROWS);
        if (index == 0) {
            blocks.add(new Block());
        }
        Block block = blocks.getLast();
        block.atMicros[index] = ChronoUnit.MICROS.between(Instant.EPOCH, at);
        block.promptHash[index] = promptHash;
        block.requestId[index] = requestId;
        block.promptTokens[index] = promptTokens;
        block.completionTokens[index] = completionTokens;
        block.model[index] = textNumber(model);
        block.reason[index] = textNumber(reason);
        block.outcome[index] = outcome;
        size++;
    }

    long size() {
        return size;
    }

    /** The sequence of row 0. */
    long firstSequence() {
        return firstSequence;
    }

    CallOutcome outcome(long row) {
        return block(row).outcome[index(row)];
    }

    String requestId(long row) {
        return block(row).requestId[index(row)];
    }

    Row row(long row) {
        Block block = block(row);
        int i = index(row);
        return new Row(firstSequence + row, Instant.EPOCH.plus(block.atMicros[i], ChronoUnit.MICROS), texts.get(block.model[i]),
                block.requestId[i], block.promptHash[i], block.promptTokens[i], block.completionTokens[i], block.outcome[i],
                texts.get(block.reason[i]));
    }

    void clear() {
        firstSequence += size;
        size = 0;
        blocks.clear();
        texts.clear();
        textNumbers.clear();
    }

    private Block block(long row) {
        return blocks.get((int) (row / BLOCK_ROWS));
    }

    private static int index(long row) {
        return (int) (row % BLOCK_ROWS);
    }

    private int textNumber(String text) {
        Integer known = textNumbers.get(text);
        if (known != null) {
            return known;
        }
        textNumbers.put(text, texts.size());
        texts.add(text);
        return texts.size() - 1;
    }
}
