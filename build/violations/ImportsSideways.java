// architecture | cli/src/main/java/io/sluice/netty | LayersTest.ARROWS
package io.sluice.netty;

import io.sluice.cli.Main;

/** Breaks the arrows between modules: stack-netty knows nothing of cli. */
final class ImportsSideways {
    private ImportsSideways() {}

    static void run(String[] args) {
        Main.main(args);
    }
}
