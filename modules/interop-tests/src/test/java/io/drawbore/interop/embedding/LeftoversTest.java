package io.drawbore.interop.embedding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.drawbore.interop.process.Distribution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What test JVMs leave behind: nothing, or nothing for long. */
@Tag("full")
class LeftoversTest {
    private static final Pattern MEMBER = Pattern.compile("members \\[(\\d+)]");

    @TempDir
    Path temporary;

    @Test
    void aTestJvmThatEndsLeavesNoProcessAndNoFile() throws Exception {
        try (JavaProgram run = run(Examples.Untidy.class)) {
            final String output = run.awaitEnd();
            assertTrue(output.contains("0 failed"), output);
            final Matcher member = MEMBER.matcher(output);
            assertTrue(member.find(), output);
            JavaProgram.awaitEnd(ProcessHandle.of(Long.parseLong(member.group(1))).stream().toList());
            assertEquals(List.of(), runs());
        }
    }

    @Test
    void aTestJvmThatIsKilledTakesItsMembersWithItAndItsFilesAreSweptByTheNext() throws Exception {
        try (JavaProgram stuck = run(Examples.Stuck.class)) {
            stuck.awaitLine("waiting");
            final List<ProcessHandle> members = stuck.children();
            assertEquals(1, members.size());
            stuck.kill();
            JavaProgram.awaitEnd(members);
        }
        assertFalse(runs().isEmpty());
        try (JavaProgram next = run(Examples.Untidy.class)) {
            assertTrue(next.awaitEnd().contains("0 failed"), next.output());
            assertEquals(List.of(), runs());
        }
    }

    private JavaProgram run(final Class<?> tests) {
        return JavaProgram.start(
                temporary,
                List.of(
                        "-cp",
                        System.getProperty("java.class.path"),
                        TestRun.class.getName(),
                        tests.getName(),
                        Distribution.home().toString()));
    }

    /** What is there of runs: their folders, and the files that say whether they live. */
    private List<Path> runs() throws IOException {
        try (Stream<Path> all = Files.walk(temporary, 2)) {
            return all.filter(path -> path.getFileName().toString().startsWith("run-")).toList();
        }
    }
}
