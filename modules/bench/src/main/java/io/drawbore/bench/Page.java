package io.drawbore.bench;

/** The published page: text that people write, around tables that the bench writes between two marks. */
final class Page {
    /** A page that nobody has written a word on. */
    static final String EMPTY = "# Performance\n\n<!-- tables -->\n<!-- end of tables -->\n";

    private static final String BEGIN = "<!-- tables -->\n";
    private static final String END = "<!-- end of tables -->";

    private Page() {}

    /** The page with the tables between its marks. */
    static String with(final String page, final String tables) {
        final int begin = page.indexOf(BEGIN);
        final int end = page.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IllegalStateException("the page has no marks around its tables");
        }
        return page.substring(0, begin + BEGIN.length()) + "\n" + tables + "\n" + page.substring(end);
    }
}
