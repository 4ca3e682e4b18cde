package io.sluice.packetdrill.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sluice.packetdrill.BackEnds;
import io.sluice.packetdrill.language.ScriptSyntaxException;
import io.sluice.packetdrill.run.LinkKind;
import io.sluice.packetdrill.run.Mode;
import io.sluice.packetdrill.run.Personality;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.AssertionFailedError;

/** Scripts as JUnit tests: which there are, that the right ones pass, and that wrong ones fail with what a reader needs. */
final class PacketdrillScriptsTest {
    private static final String SOCKET = "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n";

    @TempDir
    private Path folder = Path.of("");

    private void script(String name, String text) throws IOException {
        Path path = folder.resolve(name);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private static DynamicTest only(List<DynamicNode> nodes) {
        assertEquals(1, nodes.size());
        return (DynamicTest) nodes.get(0);
    }

    @Test
    void aTestForEachScriptInAContainerForEachFolder() throws IOException {
        script("a.pkt", SOCKET);
        script("sub/b.pkt", SOCKET);
        script("sub/c.pkt", SOCKET);
        script("sub/notes.txt", "no script");
        List<DynamicNode> nodes = PacketdrillScripts.in(folder).tests().toList();
        assertEquals(
                List.of("a.pkt", "sub"),
                nodes.stream().map(DynamicNode::getDisplayName).toList());
        DynamicContainer sub = (DynamicContainer) nodes.get(1);
        assertEquals(
                List.of("b.pkt", "c.pkt"),
                sub.getChildren().map(DynamicNode::getDisplayName).toList());
        assertEquals(
                folder.resolve("a.pkt").toUri(), nodes.get(0).getTestSourceUri().orElseThrow());
    }

    @Test
    void aRightScriptPasses() throws Throwable {
        script("right.pkt", SOCKET + "+0 bind(3, ..., ...) = 0\n");
        only(PacketdrillScripts.in(folder).tests().toList()).getExecutable().execute();
    }

    @Test
    void aWrongScriptFailsWithItsLineAndWhatHappened() throws IOException {
        script("wrong.pkt", SOCKET + "+0 bind(3, ..., ...) = 0\n+0 listen(3, 1) = 7\n");
        DynamicTest test = only(PacketdrillScripts.in(folder).tests().toList());
        String message = String.valueOf(
                assertThrows(AssertionFailedError.class, test.getExecutable()).getMessage());
        assertTrue(message.contains("wrong.pkt:3:4: listen: expected 7, returned 0"), message);
        assertTrue(message.contains("0.000000 call: bind(3, ..., ...) = 0"), message);
    }

    @Test
    void aScriptThatCannotBeParsedFails() throws IOException {
        script("broken.pkt", SOCKET + "+0 > Q 0:0(0)\n");
        DynamicTest test = only(PacketdrillScripts.in(folder).tests().toList());
        String message = String.valueOf(
                assertThrows(ScriptSyntaxException.class, test.getExecutable()).getMessage());
        assertTrue(message.contains("broken.pkt:2:"), message);
    }

    @Test
    void personalityDefinitionsAndModeAreObeyed() throws Throwable {
        script(
                "conditions.pkt",
                "#ifdef FreeBSD\n" + SOCKET + "#else\n0 socket(..., SOCK_STREAM, IPPROTO_TCP) = -1\n#endif\n"
                        + "+0 getsockopt(3, IPPROTO_TCP, TCP_MAXSEG, [MSS], [4]) = 0\n");
        PacketdrillScripts scripts = PacketdrillScripts.in(folder);
        DynamicTest test = only(scripts.personality(Personality.freeBsd())
                .define("MSS=536")
                .mode(Mode.IPV4)
                .tests()
                .toList());
        test.getExecutable().execute();
        DynamicTest other = only(scripts.define("MSS=536").tests().toList());
        assertThrows(AssertionFailedError.class, other.getExecutable());
    }

    @Test
    void linkIsObeyed() throws Throwable {
        script("right.pkt", SOCKET + "+0 bind(3, ..., ...) = 0\n");
        PacketdrillScripts scripts = PacketdrillScripts.in(folder).over(LinkKind.ETHERNET);
        only(scripts.tests().toList()).getExecutable().execute();
        PacketdrillScripts impossible = scripts.against(BackEnds.KERNEL);
        assertThrows(IllegalArgumentException.class, impossible::tests);
    }

    @Test
    void noScriptsAreNoSuccess() {
        PacketdrillScripts scripts = PacketdrillScripts.in(folder);
        assertThrows(IllegalArgumentException.class, scripts::tests);
    }
}
