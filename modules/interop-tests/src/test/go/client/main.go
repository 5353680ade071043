// Sessions of the official Go client, told line by line. Arguments: the endpoints, with commas, then the part's name;
// "history" and "model" with a seed and a number of steps, "writer" with a prefix.
package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
)

func main() {
	if err := run(os.Args[1], os.Args[2], os.Args[3:]); err != nil {
		fmt.Println("failed:", err)
		os.Exit(1)
	}
}

func run(endpoint, part string, arguments []string) error {
	client, err := clientv3.New(clientv3.Config{Endpoints: strings.Split(endpoint, ","), DialTimeout: time.Minute})
	if err != nil {
		return err
	}
	defer client.Close()
	if part == "writer" {
		return write(client, arguments[0])
	}
	ctx, cancel := context.WithTimeout(context.Background(), 4*time.Minute)
	defer cancel()
	switch part {
	case "session":
		return session(ctx, client)
	case "refusals":
		return runRefusals(ctx, client)
	case "leases":
		return leases(ctx, client)
	case "recipes":
		return recipes(ctx, client)
	case "upkeep":
		return upkeep(ctx, client)
	case "history", "model":
		seed, err := strconv.ParseInt(arguments[0], 10, 64)
		if err != nil {
			return err
		}
		steps, err := strconv.Atoi(arguments[1])
		if err != nil {
			return err
		}
		if part == "model" {
			return runModel(ctx, client, seed, steps)
		}
		return runHistory(ctx, client, seed, steps)
	}
	return fmt.Errorf("no part %q", part)
}

func session(ctx context.Context, client *clientv3.Client) error {
	for _, part := range []func(context.Context, *clientv3.Client) error{puts, gets, deletes, txns, watches, operators} {
		if err := part(ctx, client); err != nil {
			return err
		}
	}
	refusals(ctx, client)
	return nil
}

func puts(ctx context.Context, client *clientv3.Client) error {
	for _, key := range []string{"a", "b", "c/1", "c/2", "c/3"} {
		answer, err := client.Put(ctx, key, "1 of "+key)
		if err != nil {
			return err
		}
		fmt.Println("put", key, "at", answer.Header.Revision)
	}
	answer, err := client.Put(ctx, "a", "2 of a", clientv3.WithPrevKV())
	if err != nil {
		return err
	}
	fmt.Println("put a at", answer.Header.Revision, "over", string(answer.PrevKv.Value))
	_, err = client.Put(ctx, "b", "", clientv3.WithIgnoreValue())
	return err
}

func gets(ctx context.Context, client *clientv3.Client) error {
	for _, form := range []struct {
		name, key string
		options   []clientv3.OpOption
	}{
		{"one", "a", nil},
		{"none", "nothing", nil},
		{"prefix", "c/", []clientv3.OpOption{clientv3.WithPrefix()}},
		{"range", "a", []clientv3.OpOption{clientv3.WithRange("c")}},
		{"from key", "c/2", []clientv3.OpOption{clientv3.WithFromKey()}},
		{"limit", "", []clientv3.OpOption{clientv3.WithPrefix(), clientv3.WithLimit(2)}},
		{"descending", "c/", []clientv3.OpOption{clientv3.WithPrefix(), clientv3.WithSort(clientv3.SortByKey, clientv3.SortDescend)}},
		{"by version", "", []clientv3.OpOption{clientv3.WithPrefix(), clientv3.WithSort(clientv3.SortByVersion, clientv3.SortDescend), clientv3.WithLimit(1)}},
		{"by modification", "", []clientv3.OpOption{clientv3.WithPrefix(), clientv3.WithSort(clientv3.SortByModRevision, clientv3.SortAscend)}},
		{"old", "a", []clientv3.OpOption{clientv3.WithRev(2)}},
		{"keys only", "c/", []clientv3.OpOption{clientv3.WithPrefix(), clientv3.WithKeysOnly()}},
		{"count only", "c/", []clientv3.OpOption{clientv3.WithPrefix(), clientv3.WithCountOnly()}},
		{"serializable", "a", []clientv3.OpOption{clientv3.WithSerializable()}},
		{"created from 4", "", []clientv3.OpOption{clientv3.WithPrefix(), clientv3.WithMinCreateRev(4)}},
		{"modified until 4", "", []clientv3.OpOption{clientv3.WithPrefix(), clientv3.WithMaxModRev(4)}},
	} {
		answer, err := client.Get(ctx, form.key, form.options...)
		if err != nil {
			return err
		}
		fmt.Println("get", form.name, "at", answer.Header.Revision, "count", answer.Count, "more", answer.More)
		for _, kv := range answer.Kvs {
			fmt.Printf("  %s=%q created %d modified %d version %d\n",
				kv.Key, kv.Value, kv.CreateRevision, kv.ModRevision, kv.Version)
		}
	}
	return nil
}

func deletes(ctx context.Context, client *clientv3.Client) error {
	for _, key := range []string{"b", "nothing"} {
		answer, err := client.Delete(ctx, key, clientv3.WithPrevKV())
		if err != nil {
			return err
		}
		fmt.Println("delete", key, "at", answer.Header.Revision, "deleted", answer.Deleted, "previous", len(answer.PrevKvs))
	}
	return nil
}

func txns(ctx context.Context, client *clientv3.Client) error {
	for _, version := range []int64{2, 7} {
		answer, err := client.Txn(ctx).
			If(clientv3.Compare(clientv3.Version("a"), "=", version), clientv3.Compare(clientv3.Value("a"), "!=", "x")).
			Then(clientv3.OpPut("a", "3 of a"), clientv3.OpGet("a"), clientv3.OpDelete("c/3")).
			Else(clientv3.OpGet("c/", clientv3.WithPrefix())).
			Commit()
		if err != nil {
			return err
		}
		fmt.Println("txn at", answer.Header.Revision, "succeeded", answer.Succeeded, "responses", len(answer.Responses))
		for _, response := range answer.Responses {
			if got := response.GetResponseRange(); got != nil {
				for _, kv := range got.Kvs {
					fmt.Printf("  %s=%q modified %d\n", kv.Key, kv.Value, kv.ModRevision)
				}
			}
		}
	}
	return nil
}

func watches(ctx context.Context, client *clientv3.Client) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	events := client.Watch(ctx, "", clientv3.WithPrefix(), clientv3.WithRev(7), clientv3.WithPrevKV())
	if _, err := client.Put(ctx, "live", "now"); err != nil {
		return err
	}
	for answer := range events {
		if err := answer.Err(); err != nil {
			return err
		}
		for _, event := range answer.Events {
			previous := "nothing"
			if event.PrevKv != nil {
				previous = string(event.PrevKv.Value)
			}
			fmt.Printf("watched %s %s=%q at %d over %s\n",
				event.Type, event.Kv.Key, event.Kv.Value, event.Kv.ModRevision, previous)
			if string(event.Kv.Key) == "live" {
				return nil
			}
		}
	}
	return fmt.Errorf("the watch ended early")
}

func operators(ctx context.Context, client *clientv3.Client) error {
	members, err := client.MemberList(ctx)
	if err != nil {
		return err
	}
	for _, member := range members.Members {
		fmt.Println("member", member.Name, "learner", member.IsLearner, "clients", len(member.ClientURLs))
	}
	endpoint := client.Endpoints()[0]
	answer, err := client.Status(ctx, endpoint)
	if err != nil {
		return err
	}
	fmt.Println("status", answer.Version, "leads", answer.Leader == answer.Header.MemberId, "errors", answer.Errors)
	hash, err := client.HashKV(ctx, endpoint, 0)
	if err != nil {
		return err
	}
	fmt.Println("hashkv", hash.Hash, "at", hash.HashRevision, "compacted", hash.CompactRevision)
	return nil
}

func refusals(ctx context.Context, client *clientv3.Client) {
	_, err := client.Put(ctx, "", "x")
	fmt.Println("empty key:", err)
	_, err = client.Get(ctx, "a", clientv3.WithRev(1000))
	fmt.Println("future revision:", err)
	_, err = client.Put(ctx, "nothing", "", clientv3.WithIgnoreValue())
	fmt.Println("ignored value of nothing:", err)
	_, err = client.Txn(ctx).Then(clientv3.OpPut("x", "1"), clientv3.OpPut("x", "2")).Commit()
	fmt.Println("key twice:", err)
	_, err = client.Put(ctx, "large", string(make([]byte, 1_800_000)))
	fmt.Println("too large:", err)
}
