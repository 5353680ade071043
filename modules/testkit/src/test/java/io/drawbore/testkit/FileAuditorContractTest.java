package io.drawbore.testkit;

import io.drawbore.api.Auditor;
import io.drawbore.api.FailurePolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** An auditor that writes a line a record. */
class FileAuditorContractTest extends AuditorContract {
    @Override
    protected Auditor auditor(Path folder) {
        return new FileAuditor(folder.resolve("audit"));
    }

    @Override
    protected List<Long> begun(Path folder) throws IOException {
        return numbers(folder, "begin ");
    }

    @Override
    protected List<Long> ended(Path folder) throws IOException {
        return numbers(folder, "end ");
    }

    private static List<Long> numbers(Path folder, String what) throws IOException {
        return Files.readAllLines(folder.resolve("audit")).stream()
                .filter(line -> line.startsWith(what))
                .map(line -> Long.valueOf(line.substring(what.length())))
                .toList();
    }

    private record FileAuditor(Path file) implements Auditor {
        @Override
        public String name() {
            return "file";
        }

        @Override
        public FailurePolicy failurePolicy() {
            return FailurePolicy.CLOSED;
        }

        @Override
        public void begin(Attempt attempt) throws IOException {
            write("begin " + attempt.number());
        }

        @Override
        public void end(Attempt attempt, Outcome outcome) throws IOException {
            write("end " + attempt.number());
        }

        private void write(String line) throws IOException {
            Files.write(
                    file,
                    List.of(line),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND,
                    StandardOpenOption.DSYNC);
        }
    }
}
