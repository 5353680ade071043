package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// leader answers which of the members leads, counted from 0.
func leader() (outcome, error) {
	addresses := strings.Split(*members, ",")
	for deadline := time.Now().Add(*patience); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		for i, address := range addresses {
			if leads(address) {
				return outcome{Requests: 1, More: map[string]float64{"leader": float64(i)}}, nil
			}
		}
	}
	return outcome{}, fmt.Errorf("none of %s leads", *members)
}

func leads(address string) bool {
	status, err := statusOf(address)
	return err == nil && status.Leader != 0 && status.Leader == status.Header.MemberId
}

func statusOf(address string) (*clientv3.StatusResponse, error) {
	connected, err := connectTo(address)
	if err != nil {
		return nil, err
	}
	defer connected.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	return connected.Status(ctx, address)
}

// catchUp asks for the member to be started and waits until it has applied what the leader has by now.
func catchUp(ctx context.Context, client *clientv3.Client) error {
	head, err := client.Status(ctx, *endpoint)
	if err != nil {
		return err
	}
	if err := os.WriteFile(*sign, nil, 0o600); err != nil {
		return err
	}
	for ctx.Err() == nil {
		status, err := statusOf(*member)
		if err == nil && status.RaftAppliedIndex >= head.RaftAppliedIndex {
			return nil
		}
		time.Sleep(20 * time.Millisecond)
	}
	return fmt.Errorf("the member at %s does not catch up: %w", *member, ctx.Err())
}
