package io.sluice.packetdrill.run;

import java.util.List;
import java.util.Locale;

/** Results in the XML that CI servers read from JUnit: a test suite for each folder, a test case for each script. */
final class JUnitXml {
    private final StringBuilder out = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");

    private JUnitXml() {}

    /** The results of {@code report} as a document. */
    static String of(SuiteReport report) {
        JUnitXml xml = new JUnitXml();
        xml.suites(report);
        return xml.out.toString();
    }

    private void suites(SuiteReport report) {
        int all = report.passed() + report.failed();
        out.append(String.format(
                Locale.ROOT, "<testsuites name=\"packetdrill\" tests=\"%d\" failures=\"%d\">%n", all, report.failed()));
        report.byFolder().forEach(this::suite);
        out.append("</testsuites>\n");
    }

    private void suite(String folder, List<SuiteReport.Entry> entries) {
        long failed = entries.stream().filter(e -> !e.result().passed()).count();
        out.append(String.format(
                Locale.ROOT,
                "  <testsuite name=\"%s\" tests=\"%d\" failures=\"%d\">%n",
                escaped(folder),
                entries.size(),
                failed));
        for (SuiteReport.Entry entry : entries) {
            String file = entry.name().substring(entry.name().lastIndexOf('/') + 1);
            out.append(String.format("    <testcase classname=\"%s\" name=\"%s\"", escaped(folder), escaped(file)));
            String failure = entry.result().failure().orElse("");
            if (entry.result().passed()) {
                out.append("/>\n");
            } else {
                String first = failure.lines().findFirst().orElse("");
                out.append(String.format(
                        ">%n      <failure message=\"%s\">%s</failure>%n    </testcase>%n",
                        escaped(first), escaped(failure)));
            }
        }
        out.append("  </testsuite>\n");
    }

    /** As text and as the value of an attribute; what XML cannot hold becomes a question mark. */
    private static String escaped(String text) {
        return text.replaceAll("[^\\t\\n\\r\\x20-\\uD7FF\\uE000-\\uFFFD]", "?")
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
