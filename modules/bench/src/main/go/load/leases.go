package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// expire grants leases with keys on some, keeps them alive for longer than their time to live, and lets a batch of them
// expire together. Early is a key that went before the time to live after its lease's last renewal was sent; late is
// how long after the time to live of the last renewal the last key of the batch went. A request is a keepalive.
func expire() (outcome, error) {
	connected, err := connect(*conns)
	if err != nil {
		return outcome{}, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), *patience)
	defer cancel()

	ids, err := grantAll(ctx, connected)
	if err != nil {
		return outcome{}, err
	}
	gone := connected[0].Watch(ctx, *prefix, clientv3.WithPrefix())
	live := time.Duration(*ttl) * time.Second

	// Every lease is renewed three times in a time to live, for one time to live and a half.
	measured := &latencies{}
	renewed := make([]atomic.Int64, len(ids))
	before, began := serverCPU(), time.Now()
	interval := live / 3
	for round := 0; round < 5; round++ {
		time.Sleep(time.Until(began.Add(time.Duration(round) * interval)))
		if err := renewFrom(ctx, connected, 0, ids, renewed, measured); err != nil {
			return outcome{}, err
		}
	}
	result := measured.outcome(time.Since(began), serverCPU()-before)

	// From here the batch, whose leases have keys, is left alone; the others are kept alive, or they would expire first.
	lost := make(chan error, 1)
	go func() {
		for ctx.Err() == nil {
			time.Sleep(interval)
			if err := renewFrom(ctx, connected, *batch, ids, renewed, &latencies{}); err != nil && ctx.Err() == nil {
				lost <- err
				return
			}
		}
	}()
	early, missing := 0, *batch
	var lastDue, lastGone time.Time
	for i := range *batch {
		if due := time.Unix(0, renewed[i].Load()).Add(live); due.After(lastDue) {
			lastDue = due
		}
	}
	for missing > 0 {
		select {
		case response := <-gone:
			if response.Err() != nil {
				return outcome{}, response.Err()
			}
			now := time.Now()
			for _, event := range response.Events {
				if event.Type != clientv3.EventTypeDelete {
					continue
				}
				var number int
				if _, err := fmt.Sscanf(string(event.Kv.Key)[len(*prefix):], "%d", &number); err != nil {
					return outcome{}, err
				}
				if now.Before(time.Unix(0, renewed[number].Load()).Add(live)) {
					early++
				}
				missing--
				lastGone = now
			}
		case err := <-lost:
			return outcome{}, err
		case <-ctx.Done():
			return outcome{}, fmt.Errorf("%d leases of the batch did not expire within %s", missing, *patience)
		}
	}
	result.More = map[string]float64{"early": float64(early), "late_seconds": lastGone.Sub(lastDue).Seconds()}
	return result, nil
}

// grantAll grants every lease and puts a key on each of the batch.
func grantAll(ctx context.Context, connected []*clientv3.Client) ([]clientv3.LeaseID, error) {
	ids := make([]clientv3.LeaseID, *leases+*batch)
	*total = len(ids)
	granted := closedLoop(connected, func(client *clientv3.Client, number int) error {
		lease, err := client.Grant(ctx, *ttl)
		if err != nil {
			return err
		}
		ids[number] = lease.ID
		if number < *batch {
			_, err = client.Put(ctx, keyOf(number), "", clientv3.WithLease(lease.ID))
		}
		return err
	})
	return ids, refusal(granted)
}

// renewFrom renews every lease of this number or above once, with many keepalives on their way in each stream; the
// batch, which has the first numbers, comes last, so that it expires together.
func renewFrom(ctx context.Context, connected []*clientv3.Client, first int, ids []clientv3.LeaseID,
	renewed []atomic.Int64, measured *latencies) error {
	var running sync.WaitGroup
	failures := make(chan error, len(connected))
	for lane, client := range connected {
		running.Add(1)
		go func() {
			defer running.Done()
			if err := renewLane(ctx, client, first, lane, len(connected), ids, renewed, measured); err != nil {
				failures <- err
			}
		}()
	}
	running.Wait()
	select {
	case err := <-failures:
		return err
	default:
		return nil
	}
}

func renewLane(ctx context.Context, client *clientv3.Client, first, lane, lanes int, ids []clientv3.LeaseID,
	renewed []atomic.Int64, measured *latencies) error {
	stream, err := leaseStream(ctx, client)
	if err != nil {
		return err
	}
	var numbers []int
	for number := len(ids) - 1 - lane; number >= first; number -= lanes {
		numbers = append(numbers, number)
	}
	sent := make(chan error, 1)
	go func() {
		for _, number := range numbers {
			renewed[number].Store(time.Now().UnixNano())
			if err := stream.send(ids[number]); err != nil {
				sent <- err
				return
			}
		}
		sent <- stream.closeSend()
	}()
	for _, number := range numbers {
		left, err := stream.receive()
		if errors.Is(err, io.EOF) {
			return fmt.Errorf("the keepalive stream ended early")
		}
		if err != nil {
			return err
		}
		if left <= 0 {
			return fmt.Errorf("lease %x expired while it was kept alive", ids[number])
		}
		measured.add(time.Since(time.Unix(0, renewed[number].Load())), nil)
	}
	return <-sent
}
