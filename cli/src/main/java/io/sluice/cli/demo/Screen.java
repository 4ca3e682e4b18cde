package io.sluice.cli.demo;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * What the person in front of it reads: headings, lines with a tick or a cross, and tables. Colours only on a terminal,
 * and other signs than ASCII only where the locale has them. Thread-safe.
 */
final class Screen {
    private static final String BOLD = "1";
    private static final String DIM = "2";
    private static final String GREEN = "32";
    private static final String RED = "1;31";

    private final PrintStream out;
    private final boolean colours;
    private final boolean ascii;
    private int failures;
    private boolean muted;

    /**
     * A screen on {@code out}.
     *
     * @param charset what the reader's locale uses
     */
    Screen(PrintStream out, boolean colours, Charset charset) {
        this.out = out;
        this.colours = colours;
        this.ascii = !charset.equals(StandardCharsets.UTF_8);
    }

    /** Standard output: bin/sluice says whether it is a terminal, since a JVM cannot tell on every release. */
    static Screen standardOutput() {
        Charset charset = Charset.forName(System.getProperty("native.encoding", "US-ASCII"));
        boolean terminal = Boolean.getBoolean("sluice.terminal") && System.getenv("NO_COLOR") == null;
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, charset);
        return new Screen(out, terminal, charset);
    }

    private String styled(String style, String text) {
        return colours ? "\033[" + style + "m" + text + "\033[0m" : text;
    }

    /** A heading, set off by an empty line. */
    void heading(String text) {
        print("\n" + styled(BOLD, text));
    }

    /** An indented line of plain text. */
    void line(String text) {
        print("  " + text);
    }

    /** An indented line of little importance. */
    void note(String text) {
        print("  " + styled(DIM, text));
    }

    /** One row of a table of two columns. */
    void row(String name, String value) {
        print("  " + styled(DIM, String.format(Locale.ROOT, "%-18s", name)) + "  " + value);
    }

    /** Something that was checked; counted if it failed. */
    void check(boolean passed, String text) {
        String sign = passed ? styled(GREEN, ascii ? "ok  " : "✓") : styled(RED, ascii ? "FAIL" : "✗");
        if (!passed && !isMuted()) {
            failed();
        }
        print("  " + sign + " " + text);
    }

    /** An error that ends it all. */
    void error(String text) {
        failed();
        print("\n" + styled(RED, "It failed: ") + text);
    }

    private synchronized void failed() {
        failures++;
    }

    /** How many checks failed. */
    synchronized int failures() {
        return failures;
    }

    /** Shows nothing more: the user wants it to stop, and what fails now fails because of that. */
    synchronized void mute() {
        muted = true;
    }

    /** The last line of all, which is shown even when nothing else is any more. */
    synchronized void last(String text) {
        out.println("\n  " + styled(DIM, text));
    }

    private synchronized boolean isMuted() {
        return muted;
    }

    private synchronized void print(String text) {
        if (!muted) {
            out.println(ascii ? plain(text) : text);
        }
    }

    private static String plain(String text) {
        return text.replace("─", "-")
                .replace("→", "->")
                .replace("…", "...")
                .replace("×", "x")
                .replace("µ", "u");
    }
}
