package io.spillway.load.measure;

import java.util.ArrayList;
import java.util.List;

/** A program that keeps what it allocates, a megabyte a line it reads. */
final class LeakingProcess {

    private LeakingProcess() {}

    public static void main(String[] args) throws Exception {
        List<byte[]> kept = new ArrayList<>();
        System.out.println("started");
        while (System.in.read() >= 0) {
            kept.add(new byte[1024 * 1024]);
            System.out.println(kept.size());
        }
    }
}
