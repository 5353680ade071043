package io.drawbore.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * The picture of a run: for every load that is many requests a bar per server, as long as its CPU per request is to the
 * reference's. Its colours suit a light and a dark page.
 */
final class Picture {
    private static final int WIDTH = 860;
    private static final int LABELS = 310;
    private static final int RIGHT = 70;
    private static final int TOP = 76;
    private static final int BAR = 14;
    private static final int GAP = 14;
    private static final int BOTTOM = 34;

    /** Longer bars are cut here, with their number beside them. */
    private static final double LONGEST = 4;

    private static final String STYLE = """
            <style>
            text { font: 13px sans-serif; fill: #24292f }
            .title { font-weight: bold; font-size: 16px }
            .small { font-size: 12px; fill: #57606a; stroke: #ffffff; stroke-width: 3; paint-order: stroke }
            .grid { stroke: #d0d7de; stroke-width: 1 }
            .one { stroke: #57606a; stroke-width: 1.5 }
            .drawbore { fill: #0f7b6c } .etcd-37 { fill: #8c959f } .etcd-36 { fill: #c3c9d0 }
            @media (prefers-color-scheme: dark) {
            text { fill: #e6edf3 } .small { fill: #9da7b3; stroke: #0d1117 }
            .grid { stroke: #3d444d } .one { stroke: #9da7b3 }
            .drawbore { fill: #2fbfa9 } .etcd-37 { fill: #7d8590 } .etcd-36 { fill: #4d5560 }
            }
            </style>
            """;

    private Picture() {}

    /** Draws it as SVG. Loads without a ratio have no bars. */
    static String of(final Comparison comparison) {
        final List<String> loads = comparison.loads().stream()
                .filter(load -> comparison
                        .ratio(load, ServerKind.DRAWBORE, Figure.CPU)
                        .isPresent())
                .toList();
        final int rowHeight = comparison.servers().size() * BAR + GAP;
        final int height = TOP + loads.size() * rowHeight + BOTTOM;
        final var lines = new ArrayList<String>();
        lines.add("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + WIDTH + "\" height=\"" + height
                + "\" viewBox=\"0 0 " + WIDTH + " " + height + "\" role=\"img\">");
        lines.add("<title>Server CPU per request, relative to etcd 3.7</title>");
        lines.add(STYLE.strip());
        lines.add(text(16, 26, "title", "start", "Server CPU per request, relative to etcd 3.7 (shorter is better)"));
        lines.addAll(legend(comparison.servers()));
        lines.addAll(grid(height));
        for (int i = 0; i < loads.size(); i++) {
            lines.addAll(row(comparison, loads.get(i), TOP + i * rowHeight));
        }
        lines.add("</svg>");
        return String.join("\n", lines) + "\n";
    }

    private static List<String> legend(final List<ServerKind> servers) {
        final var lines = new ArrayList<String>();
        int x = 16;
        for (final ServerKind server : servers) {
            lines.add(bar(x, 42, BAR, BAR - 2, server));
            lines.add(text(x + 20, 53, "small", "start", server.title()));
            x += 110;
        }
        return lines;
    }

    private static List<String> grid(final int height) {
        final var lines = new ArrayList<String>();
        for (int value = 0; value <= LONGEST; value++) {
            final int x = x(value);
            lines.add("<line class=\"" + (value == 1 ? "one" : "grid") + "\" x1=\"" + x + "\" x2=\"" + x + "\" y1=\""
                    + (TOP - 8) + "\" y2=\"" + (height - BOTTOM + 4) + "\"/>");
            lines.add(text(x, height - 12, "small", "middle", Integer.toString(value)));
        }
        return lines;
    }

    private static List<String> row(final Comparison comparison, final String load, final int top) {
        final var lines = new ArrayList<String>();
        final List<ServerKind> servers = comparison.servers();
        lines.add(text(LABELS - 12, top + servers.size() * BAR / 2 + 4, "", "end", load));
        for (int i = 0; i < servers.size(); i++) {
            final OptionalDouble ratio = comparison.ratio(load, servers.get(i), Figure.CPU);
            if (ratio.isEmpty()) {
                continue;
            }
            final int y = top + i * BAR;
            final int end = x(Math.min(ratio.getAsDouble(), LONGEST));
            lines.add(bar(LABELS, y, Math.max(1, end - LABELS), BAR - 2, servers.get(i)));
            lines.add(text(
                    end + 5,
                    y + BAR - 3,
                    "small",
                    "start",
                    String.format(Locale.ROOT, "%.2f", ratio.getAsDouble())));
        }
        return lines;
    }

    private static int x(final double ratio) {
        return LABELS + (int) Math.round(ratio / LONGEST * (WIDTH - LABELS - RIGHT));
    }

    private static String bar(final int x, final int y, final int width, final int height, final ServerKind server) {
        final String style = server.title().replace(".", "");
        return "<rect class=\"" + style + "\" x=\"" + x + "\" y=\"" + y + "\" width=\"" + width + "\" height=\""
                + height + "\"/>";
    }

    private static String text(
            final int x, final int y, final String style, final String anchor, final String words) {
        final String escaped = words.replace("&", "&amp;").replace("<", "&lt;");
        return "<text x=\"" + x + "\" y=\"" + y + "\" class=\"" + style + "\" text-anchor=\"" + anchor + "\">" + escaped
                + "</text>";
    }
}
