// Carries out streams of directives in etcd-raft's own test environment, a new one for each stream.
//
// In: a directive is its command line, lines of input and a line "----"; a stream ends with a line "====".
// Out, once the stream is read: for each directive the number of bytes it put out, a line feed, and the bytes.
// A directive in which raft panics puts out "panic"; so do all that follow it.
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/cockroachdb/datadriven"
)

const (
	endOfDirective = "----"
	endOfStream    = "===="
)

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<16)
	out := bufio.NewWriterSize(os.Stdout, 1<<16)
	for {
		stream, err := read(in)
		if err == io.EOF {
			return
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		cluster := newCluster()
		for _, directive := range stream {
			text := cluster.run(directive)
			fmt.Fprintf(out, "%d\n%s", len(text), text)
		}
		out.Flush()
	}
}

func read(in *bufio.Reader) ([]datadriven.TestData, error) {
	var stream []datadriven.TestData
	for {
		line, err := readLine(in)
		if err != nil {
			return nil, err
		}
		if line == endOfStream {
			return stream, nil
		}
		command, arguments, err := datadriven.ParseLine(line)
		if err != nil {
			return nil, err
		}
		var input strings.Builder
		for {
			line, err := readLine(in)
			if err != nil {
				return nil, err
			}
			if line == endOfDirective {
				break
			}
			input.WriteString(line + "\n")
		}
		stream = append(stream, datadriven.TestData{
			Cmd: command, CmdArgs: arguments, Input: strings.TrimSpace(input.String()),
		})
	}
}

func readLine(in *bufio.Reader) (string, error) {
	line, err := in.ReadString('\n')
	return strings.TrimSuffix(line, "\n"), err
}
