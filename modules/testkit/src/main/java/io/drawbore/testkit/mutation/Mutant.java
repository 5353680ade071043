package io.drawbore.testkit.mutation;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A small deliberate mistake in one source file. Tests that are worth something notice it.
 *
 * @param name what goes wrong, in a few words; unique in its list
 * @param rule the rule that it breaks
 * @param className the top-level class whose source it changes
 * @param stands the code as it stands, exactly once in the file; where it has white space any other will do, and
 *     remarks to the end of a line, so that neither a line broken elsewhere nor a new remark matters
 * @param replacement what takes its place, perhaps nothing
 */
public record Mutant(String name, String rule, String className, String stands, String replacement) {
    private static final Pattern WHITE_SPACE = Pattern.compile("\\s+");
    private static final String SPACE_OR_REMARKS = "(?:\\s|//[^\n]*\n)+";

    /** Refuses what says nothing. */
    public Mutant {
        if (name.isBlank() || rule.isBlank() || className.isBlank() || stands.isBlank()) {
            throw new InvalidMutantException(name, "has no name, no rule, no class or nothing to replace");
        }
    }

    /**
     * The source with the mistake in it.
     *
     * @throws InvalidMutantException if the code to replace is not there, or more than once, or is replaced by itself:
     *     the list is out of date
     */
    public String applyTo(String source) {
        Pattern code = WHITE_SPACE.splitAsStream(stands.strip()).map(Pattern::quote)
                .collect(Collectors.collectingAndThen(Collectors.joining(SPACE_OR_REMARKS), Pattern::compile));
        List<int[]> places = new ArrayList<>();
        Matcher matcher = code.matcher(source);
        int from = 0;
        while (matcher.find(from)) {
            places.add(new int[] {matcher.start(), matcher.end()});
            from = matcher.start() + 1;
        }
        if (places.size() != 1) {
            throw new InvalidMutantException(name, "changes code that stands " + places.size() + " times in "
                    + className + ", not once: " + stands);
        }
        String changed = source.substring(0, places.getFirst()[0]) + replacement
                + source.substring(places.getFirst()[1]);
        if (changed.equals(source)) {
            throw new InvalidMutantException(name, "changes nothing");
        }
        return changed;
    }
}
