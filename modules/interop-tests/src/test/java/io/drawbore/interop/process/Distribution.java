package io.drawbore.interop.process;

import java.nio.file.Path;

/** The built distribution, for tests elsewhere. */
public final class Distribution {
    private Distribution() {}

    /** Its folder; skips the test where there is none. */
    public static Path home() {
        return MemberProcess.home();
    }
}
