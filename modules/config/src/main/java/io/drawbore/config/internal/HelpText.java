package io.drawbore.config.internal;

/** What {@code --help} prints. */
public final class HelpText {
    private HelpText() {}

    /** All flags in their groups, with defaults; every line at most 120 wide. */
    public static String render() {
        final var text = new StringBuilder("""
                Drawbore, a drop-in etcd for the JVM.

                  drawbore [flags]        start a member
                  drawbore plugins        list plug-ins and what they offer
                  drawbore plugins verify judge plug-ins before anybody starts with them
                  drawbore util           commands on the data of a stopped member, and on snapshots
                  drawbore check          whether the data of a stopped member is whole: 'drawbore util verify'
                  drawbore aot            make the cache by which later starts of this program are quicker
                  drawbore --version      print versions
                  drawbore --help         print this text

                Flags may be written -flag or --flag, with their value after = or as the next argument; booleans
                without a value, or with =true or =false. Instead of --some-flag a variable ETCD_SOME_FLAG may be set.
                With --config-file, all other flags and variables are ignored.
                """);
        for (final Flag.Group group : Flag.Group.values()) {
            text.append('\n').append(group.title()).append(":\n");
            for (final Flag flag : Flag.values()) {
                if (flag.group() == group) {
                    text.append("  --").append(flag.flag());
                    if (flag.kind() != Kind.BOOLEAN || !flag.byDefault().equals("false")) {
                        text.append(" '").append(flag.byDefault()).append('\'');
                    }
                    text.append("\n      ").append(flag.help()).append('\n');
                }
            }
        }
        return text.toString();
    }
}
