package main

import (
	"context"
	"fmt"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// write puts one key after the other until the process is ended, and prints each that was acknowledged.
func write(client *clientv3.Client, prefix string) error {
	for number := 0; ; number++ {
		key := fmt.Sprint(prefix, number)
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		_, err := client.Put(ctx, key, key)
		cancel()
		if err == nil {
			fmt.Println(key)
		}
	}
}
