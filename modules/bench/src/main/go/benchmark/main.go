// etcd's own load tool, of the version in go.mod: it puts the same load on every server.
package main

import (
	"fmt"
	"os"

	"go.etcd.io/etcd/v3/tools/benchmark/cmd"
)

func main() {
	if failed := cmd.RootCmd.Execute(); failed != nil {
		fmt.Fprintln(os.Stderr, failed)
		os.Exit(1)
	}
}
