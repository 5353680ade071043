package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// steady sends puts on a schedule, first beside nothing and then while an operation runs. A put's latency begins when
// it was due, so that a server that stands still is charged for every put it held up.
func steady() (outcome, error) {
	connected, err := connect(*conns)
	if err != nil {
		return outcome{}, err
	}
	quietly := make(chan error, 1)
	quietly <- nil
	quiet, err := onSchedule(connected, quietly)
	if err != nil {
		return outcome{}, err
	}
	operation := make(chan error, 1)
	var lasted time.Duration
	go func() {
		began := time.Now()
		err := beside(connected[0])
		lasted = time.Since(began)
		operation <- err
	}()
	busy, err := onSchedule(connected, operation)
	if err != nil {
		return outcome{}, err
	}
	busy.More = map[string]float64{
		"quiet_p50_ms": quiet.P50, "quiet_p99_ms": quiet.P99, "quiet_max_ms": quiet.Max,
		"operation_seconds": lasted.Seconds(),
	}
	return busy, nil
}

// onSchedule puts at the rate for the given seconds and on until the operation beside has ended.
func onSchedule(connected []*clientv3.Client, operation <-chan error) (outcome, error) {
	measured := &latencies{}
	value := strings.Repeat("v", *valueSize)
	step := time.Duration(float64(time.Second) / *rate)
	var running sync.WaitGroup
	before, began := serverCPU(), time.Now()
	atLeast := began.Add(time.Duration(*seconds * float64(time.Second)))
	deadline := began.Add(*patience)
	ended := false
	for number := 0; ; number++ {
		due := began.Add(time.Duration(number) * step)
		time.Sleep(time.Until(due))
		if !ended {
			select {
			case err := <-operation:
				if err != nil {
					running.Wait()
					return outcome{}, err
				}
				ended = true
			default:
			}
		}
		if ended && time.Now().After(atLeast) {
			break
		}
		if time.Now().After(deadline) {
			return outcome{}, fmt.Errorf("%s did not end within %s", *during, *patience)
		}
		running.Add(1)
		go func() {
			defer running.Done()
			ctx, cancel := context.WithTimeout(context.Background(), *patience)
			defer cancel()
			_, err := connected[number%len(connected)].Put(ctx, keyOf(number%*keys), value)
			measured.add(time.Since(due), err)
		}()
	}
	running.Wait()
	result := measured.outcome(time.Since(began), serverCPU()-before)
	return result, refusal(result)
}

// beside is what runs beside the puts.
func beside(client *clientv3.Client) error {
	ctx, cancel := context.WithTimeout(context.Background(), *patience)
	defer cancel()
	switch *during {
	case "nothing":
		return nil
	case "snapshot":
		reader, err := client.Snapshot(ctx)
		if err != nil {
			return err
		}
		defer reader.Close()
		_, err = io.Copy(io.Discard, reader)
		return err
	case "compact":
		head, err := client.Get(ctx, *prefix)
		if err != nil {
			return err
		}
		_, err = client.Compact(ctx, head.Header.Revision, clientv3.WithCompactPhysical())
		return err
	case "catchup":
		return catchUp(ctx, client)
	case "defrag":
		_, err := client.Defragment(ctx, *endpoint)
		return err
	}
	return fmt.Errorf("nothing is called %s", *during)
}
