package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// awaitListening dials every few milliseconds, so that the client's own back-off is not measured.
func awaitListening() error {
	for deadline := time.Now().Add(*patience); time.Now().Before(deadline); time.Sleep(2 * time.Millisecond) {
		conn, err := net.Dial("tcp", *endpoint)
		if err == nil {
			return conn.Close()
		}
	}
	return fmt.Errorf("nothing listens at %s", *endpoint)
}

// firstPut answers when the first put was acknowledged, in seconds of the Unix epoch.
func firstPut() (outcome, error) {
	return first(func(ctx context.Context, client *clientv3.Client) error {
		_, err := client.Put(ctx, "first", "put")
		return err
	})
}

// firstGet answers when the first linearizable get was answered, in seconds of the Unix epoch.
func firstGet() (outcome, error) {
	return first(func(ctx context.Context, client *clientv3.Client) error {
		_, err := client.Get(ctx, "first")
		return err
	})
}

func first(request func(ctx context.Context, client *clientv3.Client) error) (outcome, error) {
	if err := awaitListening(); err != nil {
		return outcome{}, err
	}
	connected, err := connect(1)
	if err != nil {
		return outcome{}, err
	}
	for deadline := time.Now().Add(*patience); ; time.Sleep(2 * time.Millisecond) {
		ctx, cancel := context.WithTimeout(context.Background(), *patience)
		err = request(ctx, connected[0])
		cancel()
		if err == nil {
			done := float64(time.Now().UnixMicro()) / 1e6
			return outcome{Requests: 1, More: map[string]float64{"done_at": done}}, nil
		}
		if time.Now().After(deadline) {
			return outcome{}, err
		}
	}
}

// keyOf is the key of a number; keys sort as their numbers do.
func keyOf(number int) string {
	return fmt.Sprintf("%s%09d", *prefix, number)
}

// keysOfTxn stays below the default limit of operations in a txn and, at a KiB a value, of a request's bytes.
const keysOfTxn = 100

// fill writes every key once, many in a txn.
func fill() (outcome, error) {
	connected, err := connect(*conns)
	if err != nil {
		return outcome{}, err
	}
	value := string(bytes.Repeat([]byte{'v'}, *valueSize))
	*total = (*keys + keysOfTxn - 1) / keysOfTxn
	measured := closedLoop(connected, func(client *clientv3.Client, number int) error {
		var puts []clientv3.Op
		for key := number * keysOfTxn; key < min(*keys, (number+1)*keysOfTxn); key++ {
			puts = append(puts, clientv3.OpPut(keyOf(key), value))
		}
		_, err := client.Txn(context.Background()).Then(puts...).Commit()
		return err
	})
	return measured, refusal(measured)
}

func refusal(measured outcome) error {
	if measured.Errors > 0 {
		return fmt.Errorf("%d requests failed, the first with: %s", measured.Errors, measured.FirstError)
	}
	return nil
}

// pages reads the keys below the prefix page by page at the revision of the first one; a request is a page.
func pages() (outcome, error) {
	connected, err := connect(*conns)
	if err != nil {
		return outcome{}, err
	}
	head, err := connected[0].Get(context.Background(), *prefix, clientv3.WithPrefix(), clientv3.WithCountOnly())
	if err != nil {
		return outcome{}, err
	}
	pagesOfList := int((head.Count + *pageSize - 1) / *pageSize)
	if pagesOfList == 0 {
		return outcome{}, fmt.Errorf("no keys below %s", *prefix)
	}
	end := clientv3.GetPrefixRangeEnd(*prefix)
	measured := closedLoop(connected, func(client *clientv3.Client, number int) error {
		page := number % pagesOfList
		options := []clientv3.OpOption{clientv3.WithRange(end), clientv3.WithLimit(*pageSize)}
		if page > 0 {
			options = append(options, clientv3.WithRev(head.Header.Revision))
		}
		answer, err := client.Get(context.Background(), keyOf(page*int(*pageSize)), options...)
		if err == nil && len(answer.Kvs) == 0 {
			return fmt.Errorf("page %d is empty", page)
		}
		return err
	})
	return measured, refusal(measured)
}

// grant grants leases that outlive the load.
func grant() (outcome, error) {
	connected, err := connect(*conns)
	if err != nil {
		return outcome{}, err
	}
	measured := closedLoop(connected, func(client *clientv3.Client, _ int) error {
		_, err := client.Grant(context.Background(), 3600)
		return err
	})
	return measured, refusal(measured)
}
