package io.spillway.cli.submit;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

import org.jspecify.annotations.Nullable;

/** Checks the paths of a plan and keeps a second submission away from them. */
final class BatchFolder implements Closeable {

    private final Path lockPath;
    private final FileChannel channel;

    private BatchFolder(Path lockPath, FileChannel channel) {
        this.lockPath = lockPath;
        this.channel = channel;
    }

    /**
     * Checks and locks.
     *
     * @throws SubmitException naming the path and the remedy
     */
    static BatchFolder open(BatchPlan plan) throws IOException {
        check(plan);
        Path lockPath = plan.output().resolveSibling(plan.output().getFileName() + ".lock");
        FileChannel channel = FileChannel.open(lockPath, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (lock(channel) == null) {
            channel.close();
            throw SubmitException.badInput("another submit is writing " + plan.output() + ": wait for it or stop it");
        }
        return new BatchFolder(lockPath, channel);
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(lockPath);
        channel.close();
    }

    private static void check(BatchPlan plan) throws IOException {
        if (!Files.isRegularFile(plan.input()) || !Files.isReadable(plan.input())) {
            throw SubmitException
                    .badInput(plan.input() + " is not a readable file: give a JSONL file (it is read twice, so not a pipe)");
        }
        Path folder = plan.output().toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw SubmitException.badInput("the folder of " + plan.output() + " does not exist: create it first");
        }
        Path input = plan.input().toAbsolutePath().normalize();
        Path output = plan.output().toAbsolutePath().normalize();
        Path errors = plan.errors().toAbsolutePath().normalize();
        if (input.equals(output) || input.equals(errors) || output.equals(errors)) {
            throw SubmitException.badInput("input, --output and --errors must be three different files");
        }
        try (BatchFile file = BatchFile.open(plan.input(), plan.routeOrNull())) {
            if (file.next().isEmpty()) {
                throw SubmitException.badInput(plan.input()
                        + " has no lines: write one {\"custom_id\",\"method\",\"url\",\"body\"} object per line");
            }
        }
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }
}
