package io.drawbore.tools;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a command has to say: rows under columns, in any of etcdutl's forms. */
final class Answer {
    /**
     * A column.
     *
     * @param header above it, in a table
     * @param field its name where each value has a line
     * @param json its name in JSON
     * @param prose whether a table has it on the left
     */
    record Column(String header, String field, String json, boolean prose) {
        /** As etcdutl's all are. */
        Column(String header, String field, String json) {
            this(header, field, json, false);
        }

        /** Text that people read, under one name everywhere. */
        static Column prose(String name) {
            return new Column(name, name, name, true);
        }
    }

    /**
     * A value.
     *
     * @param text for people
     * @param exact a String, Long or Boolean, for programs
     */
    record Value(String text, Object exact) {
        /** One that is the same for both. */
        static Value of(Object exact) {
            return new Value(exact.toString(), exact);
        }
    }

    /** The form. */
    enum Format {
        /** A row a line, its values behind commas. */
        SIMPLE,
        /** A value a line, behind its name. */
        FIELDS,
        /** A row a line. */
        JSON,
        /** With lines around. */
        TABLE;

        /**
         * By its name.
         *
         * @throws ToolException where there is none of that name
         */
        static Format named(String name) {
            if (name.equals("protobuf")) {
                throw ToolException.badFeature("protobuf not supported as output format");
            }
            for (Format format : values()) {
                if (format.name().toLowerCase(Locale.ROOT).equals(name)) {
                    return format;
                }
            }
            throw ToolException.badFeature("unsupported output format");
        }
    }

    private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

    private final List<Column> columns;
    private final List<List<Value>> rows = new ArrayList<>();

    Answer(Column... columns) {
        this.columns = List.of(columns);
    }

    /** Adds a row, a value for each column. */
    Answer row(Value... values) {
        if (values.length != columns.size()) {
            throw new IllegalArgumentException(values.length + " values for " + columns.size() + " columns");
        }
        rows.add(List.of(values));
        return this;
    }

    /** Prints all rows. */
    void print(Format format, PrintStream out) {
        switch (format) {
            case SIMPLE -> rows.forEach(row -> out.println(String.join(", ", texts(row))));
            case FIELDS -> rows.forEach(row -> fields(row, out));
            case JSON -> rows.forEach(row -> out.println(GSON.toJson(json(row))));
            case TABLE -> table(out);
        }
        out.flush();
    }

    private static List<String> texts(List<Value> row) {
        return row.stream().map(Value::text).toList();
    }

    private void fields(List<Value> row, PrintStream out) {
        for (int i = 0; i < columns.size(); i++) {
            out.println("\"" + columns.get(i).field() + "\" : " + row.get(i).exact());
        }
    }

    private JsonObject json(List<Value> row) {
        JsonObject json = new JsonObject();
        for (int i = 0; i < columns.size(); i++) {
            String name = columns.get(i).json();
            switch (row.get(i).exact()) {
                case Long number -> json.addProperty(name, number);
                case Boolean flag -> json.addProperty(name, flag);
                case Object other -> json.addProperty(name, other.toString());
            }
        }
        return json;
    }

    private void table(PrintStream out) {
        int[] widths = new int[columns.size()];
        for (int i = 0; i < widths.length; i++) {
            int at = i;
            widths[i] = Math.max(
                    columns.get(i).header().length(),
                    rows.stream().mapToInt(row -> row.get(at).text().length()).max().orElse(0));
        }
        out.println(rule(widths, "┌", "┬", "┐"));
        out.println(line(widths, columns.stream().map(Column::header).map(Answer::capital).toList(), true));
        out.println(rule(widths, "├", "┼", "┤"));
        rows.forEach(row -> out.println(line(widths, texts(row), false)));
        out.println(rule(widths, "└", "┴", "┘"));
    }

    private static String capital(String header) {
        return header.toUpperCase(Locale.ROOT);
    }

    private static String rule(int[] widths, String begin, String between, String end) {
        List<String> parts = new ArrayList<>();
        for (int width : widths) {
            parts.add("─".repeat(width + 2));
        }
        return begin + String.join(between, parts) + end;
    }

    /** Headers stand in the middle, values on the right, prose on the left. */
    private String line(int[] widths, List<String> texts, boolean inTheMiddle) {
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < widths.length; i++) {
            int free = widths[i] - texts.get(i).length();
            int beside = columns.get(i).prose() ? 0 : free;
            int left = inTheMiddle ? free / 2 : beside;
            parts.add(" " + " ".repeat(left) + texts.get(i) + " ".repeat(free - left) + " ");
        }
        return "│" + String.join("│", parts) + "│";
    }
}
