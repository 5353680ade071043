package main

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// streamsOfConnection keeps below the hundred streams that servers allow a connection.
const streamsOfConnection = 10

// watch spreads watchers over streams and keys, puts the keys in turn and waits until every watcher has every event.
// A value says when its put was sent: an event's latency begins there. A request is an event.
func watch() (outcome, error) {
	watching, err := connect((*streams + streamsOfConnection - 1) / streamsOfConnection)
	if err != nil {
		return outcome{}, err
	}
	putting, err := connect(*conns)
	if err != nil {
		return outcome{}, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), *patience)
	defer cancel()

	eventsOfKey := *watchers / *keys
	expected := int64(*total * eventsOfKey)
	var received, lost atomic.Int64
	measured := &latencies{}
	var created, ended sync.WaitGroup
	done := make(chan struct{})
	perStream := *watchers / *streams
	for stream := range *streams {
		watcher := clientv3.NewWatcher(watching[stream%len(watching)])
		for i := range perStream {
			number := stream*perStream + i
			created.Add(1)
			ended.Add(1)
			go func() {
				defer ended.Done()
				events := watcher.Watch(ctx, keyOf(number%*keys), clientv3.WithCreatedNotify())
				first := true
				for response := range events {
					if first {
						first = false
						created.Done()
					}
					if response.Err() != nil {
						lost.Add(1)
						return
					}
					now := time.Now()
					for _, event := range response.Events {
						sent, _ := strconv.ParseInt(string(event.Kv.Value), 10, 64)
						measured.add(now.Sub(time.Unix(0, sent)), nil)
						if received.Add(1) == expected {
							close(done)
						}
					}
				}
				if first {
					lost.Add(1)
					created.Done()
				}
			}()
		}
	}
	created.Wait()
	if lost.Load() > 0 {
		return outcome{}, fmt.Errorf("%d watchers were not created", lost.Load())
	}

	before, began := serverCPU(), time.Now()
	puts := closedLoop(putting, func(client *clientv3.Client, number int) error {
		_, err := client.Put(ctx, keyOf(number%*keys), strconv.FormatInt(time.Now().UnixNano(), 10))
		return err
	})
	if puts.Errors > 0 {
		return outcome{}, refusal(puts)
	}
	select {
	case <-done:
	case <-ctx.Done():
		return outcome{}, fmt.Errorf("%d of %d events came", received.Load(), expected)
	}
	result := measured.outcome(time.Since(began), serverCPU()-before)
	cancel()
	ended.Wait()
	return result, nil
}
