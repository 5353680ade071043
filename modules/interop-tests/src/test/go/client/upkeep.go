package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// What operators do to the store of a member that is at work.
func upkeep(ctx context.Context, client *clientv3.Client) error {
	for _, part := range []func(context.Context, *clientv3.Client) error{chunks, compactions, maintains, saves} {
		if err := part(ctx, client); err != nil {
			return err
		}
	}
	return nil
}

// The chunks of a range are the server's to choose; what they are together is not.
func chunks(ctx context.Context, client *clientv3.Client) error {
	for i := range 300 {
		if _, err := client.Put(ctx, fmt.Sprintf("r/%03d", i), string(make([]byte, 100))); err != nil {
			return err
		}
	}
	for _, form := range []struct {
		name    string
		options []clientv3.OpOption
	}{
		{"all", []clientv3.OpOption{clientv3.WithPrefix()}},
		{"limit", []clientv3.OpOption{clientv3.WithPrefix(), clientv3.WithLimit(120)}},
		{"old", []clientv3.OpOption{clientv3.WithPrefix(), clientv3.WithRev(50)}},
		{"keys only", []clientv3.OpOption{clientv3.WithPrefix(), clientv3.WithKeysOnly()}},
		{"count only", []clientv3.OpOption{clientv3.WithPrefix(), clientv3.WithCountOnly()}},
		{"modified until 20", []clientv3.OpOption{clientv3.WithPrefix(), clientv3.WithMaxModRev(20)}},
		{"future", []clientv3.OpOption{clientv3.WithPrefix(), clientv3.WithRev(10_000)}},
		{"descending", []clientv3.OpOption{
			clientv3.WithPrefix(), clientv3.WithSort(clientv3.SortByKey, clientv3.SortDescend),
		}},
	} {
		stream, err := client.GetStream(ctx, "r/", form.options...)
		if err != nil {
			return err
		}
		keys, size := []string{}, 0
		var last *clientv3.RangeStreamResponse
		for chunk := range stream {
			if err := chunk.Err(); err != nil {
				fmt.Println("range stream,", form.name+":", failure(err))
				continue
			}
			for _, kv := range chunk.RangeResponse.Kvs {
				keys = append(keys, string(kv.Key))
				size += len(kv.Value)
			}
			last = &chunk
		}
		if last != nil {
			first, end := "", ""
			if len(keys) > 0 {
				first, end = keys[0], keys[len(keys)-1]
			}
			answer := last.RangeResponse
			fmt.Println("range stream,", form.name, len(keys), "keys", first, end, "values", size,
				"count", answer.Count, "more", answer.More, header(answer.Header))
		}
	}
	return nil
}

func compactions(ctx context.Context, client *clientv3.Client) error {
	for i := range 10 {
		if _, err := client.Put(ctx, "k", fmt.Sprint(i)); err != nil {
			return err
		}
	}
	if _, err := client.Delete(ctx, "r/0", clientv3.WithPrefix()); err != nil {
		return err
	}
	watching, cancel := context.WithCancel(ctx)
	defer cancel()
	for _, to := range []struct {
		revision int64
		options  []clientv3.CompactOption
	}{
		{100, nil}, {100, nil}, {50, nil}, {305, []clientv3.CompactOption{clientv3.WithCompactPhysical()}},
		{10_000, nil}, {0, nil}, {-1, nil},
	} {
		answer, err := client.Compact(ctx, to.revision, to.options...)
		if err != nil {
			fmt.Println("compact to", to.revision, err)
			continue
		}
		fmt.Println("compact to", to.revision, header(answer.Header))
		hash, err := client.HashKV(ctx, client.Endpoints()[0], 0)
		if err != nil {
			return err
		}
		fmt.Println("hashkv", hash.Hash, "at", hash.HashRevision, "compacted", hash.CompactRevision)
	}
	for _, revision := range []int64{2, 304, 305, 306} {
		got, err := client.Get(ctx, "k", clientv3.WithRev(revision))
		if err != nil {
			fmt.Println("get at", revision, err)
		} else {
			fmt.Println("get at", revision, string(got.Kvs[0].Value), "of", got.Header.Revision)
		}
		hash, err := client.HashKV(ctx, client.Endpoints()[0], revision)
		if err != nil {
			fmt.Println("hashkv at", revision, err)
		} else if revision > 305 {
			// At a compaction's own revision etcd answers, until it is restarted, the hash of before the compaction.
			fmt.Println("hashkv at", revision, hash.Hash)
		}
	}
	for answer := range client.Watch(watching, "k", clientv3.WithRev(2)) {
		fmt.Println("watch at 2:", answer.Err(), "compacted", answer.CompactRevision, "canceled", answer.Canceled)
	}
	events := <-client.Watch(watching, "k", clientv3.WithRev(305))
	fmt.Println("watch at 305:", len(events.Events), "events from", events.Events[0].Kv.ModRevision)
	return nil
}

func maintains(ctx context.Context, client *clientv3.Client) error {
	endpoint := client.Endpoints()[0]
	if _, err := client.Defragment(ctx, endpoint); err != nil {
		return err
	}
	alarms, err := client.AlarmList(ctx)
	if err != nil {
		return err
	}
	disarmed, err := client.AlarmDisarm(ctx, &clientv3.AlarmMember{})
	if err != nil {
		return err
	}
	fmt.Println("alarms", len(alarms.Alarms), "disarmed", len(disarmed.Alarms), header(disarmed.Header))
	status, err := client.Status(ctx, endpoint)
	if err != nil {
		return err
	}
	fmt.Println("status", header(status.Header), status.Version, "quota", status.DbSizeQuota, "errors", status.Errors,
		"learner", status.IsLearner,
		"sizes", status.DbSize > 0, status.DbSizeInUse > 0 && status.DbSizeInUse <= status.DbSize,
		"applied", status.RaftAppliedIndex <= status.RaftIndex && status.RaftAppliedIndex > 300, "term", status.RaftTerm > 0,
		"downgrade", status.DowngradeInfo)
	hash, err := client.HashKV(ctx, endpoint, 0)
	if err != nil {
		return err
	}
	fmt.Println("hashkv", hash.Hash, "as before")
	return nil
}

// The database file, and behind it its SHA-256.
func saves(ctx context.Context, client *clientv3.Client) error {
	answer, err := client.SnapshotWithVersion(ctx)
	if err != nil {
		return err
	}
	defer answer.Snapshot.Close()
	file, err := io.ReadAll(answer.Snapshot)
	if err != nil {
		return err
	}
	if len(file) < sha256.Size {
		return fmt.Errorf("a snapshot of %d bytes", len(file))
	}
	database, sum := file[:len(file)-sha256.Size], file[len(file)-sha256.Size:]
	expected := sha256.Sum256(database)
	fmt.Println("snapshot of", answer.Version, "whole pages", len(database)%512 == 0,
		"its hash", bytes.Equal(expected[:], sum))
	return nil
}
