// The real etcdctl, of the version in go.mod: it knows range streams.
package main

import "go.etcd.io/etcd/etcdctl/v3/ctlv3"

func main() {
	ctlv3.MustStart()
}
