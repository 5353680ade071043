package io.drawbore.packaging;

/**
 * Where an archive runs.
 *
 * @param name in names of archives and artifacts, as Maven's plug-ins call it
 * @param debian as Debian calls it
 * @param jmod as the JDK calls it
 * @param sqlite the folder of sqlite-jdbc's library for it
 */
record Platform(String name, String debian, String jmod, String sqlite) {
    static final Platform AMD64 = new Platform("linux-x86_64", "amd64", "linux-amd64", "Linux/x86_64");
    static final Platform ARM64 = new Platform("linux-aarch_64", "arm64", "linux-aarch64", "Linux/aarch64");

    /** Whether what runs this is of it. */
    boolean isHere() {
        final String arch = System.getProperty("os.arch");
        return "Linux".equals(System.getProperty("os.name")) && (debian.equals(arch) || sqlite.endsWith("/" + arch));
    }
}
