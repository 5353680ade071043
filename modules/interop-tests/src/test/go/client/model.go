package main

import (
	"context"
	"fmt"
	"hash/fnv"
	"math/rand"
	"slices"

	pb "go.etcd.io/etcd/api/v3/etcdserverpb"
	clientv3 "go.etcd.io/etcd/client/v3"
)

// Leases live through every history.
const leaseSeconds = 100_000

// runModel goes on with whatever a member holds: random writes, leases and compactions, and then all that can still be
// asked of the history, told as counts and sums.
func runModel(ctx context.Context, client *clientv3.Client, seed int64, steps int) error {
	now, err := client.Get(ctx, "a")
	if err != nil {
		return err
	}
	h := &history{
		random:     rand.New(rand.NewSource(seed)),
		revision:   now.Header.Revision,
		leaseEvery: 3,
		leases:     []int64{1, 2, 3, 4, 5, 0x7fffffffffffffff},
	}
	conn := client.ActiveConnection()
	kv, lease := pb.NewKVClient(conn), pb.NewLeaseClient(conn)
	for range steps {
		switch h.random.Intn(16) {
		case 0, 1, 2, 3, 4:
			request := h.put()
			answer, err := kv.Put(ctx, request)
			h.tell(request, answer, err)
		case 5, 6:
			request := h.deletion()
			answer, err := kv.DeleteRange(ctx, request)
			h.tell(request, answer, err)
		case 7:
			request := h.fetch()
			answer, err := kv.Range(ctx, request)
			h.tell(request, answer, err)
		case 8:
			request := &pb.CompactionRequest{Revision: h.revision - h.random.Int63n(40), Physical: h.one(2)}
			answer, err := kv.Compact(ctx, request)
			h.tell(request, answer, err)
		case 9, 10:
			request := &pb.LeaseGrantRequest{ID: h.lease(), TTL: leaseSeconds}
			answer, err := lease.LeaseGrant(ctx, request)
			h.tell(request, answer, err)
		case 11:
			request := &pb.LeaseRevokeRequest{ID: h.lease()}
			answer, err := lease.LeaseRevoke(ctx, request)
			h.tell(request, answer, err)
		default:
			request := h.txn(2)
			answer, err := kv.Txn(ctx, request)
			h.tell(request, answer, err)
		}
	}
	end, err := client.Put(ctx, "end", "")
	if err != nil {
		return err
	}
	if err := tellLeases(ctx, lease, h.leases); err != nil {
		return err
	}
	return tellHistory(ctx, client, end.Header.Revision)
}

func tellLeases(ctx context.Context, client pb.LeaseClient, ids []int64) error {
	listed, err := client.LeaseLeases(ctx, &pb.LeaseLeasesRequest{})
	if err != nil {
		return err
	}
	there := []int64{}
	for _, lease := range listed.Leases {
		there = append(there, lease.ID)
	}
	slices.Sort(there)
	fmt.Println("leases", there)
	for _, id := range ids {
		told, err := client.LeaseTimeToLive(ctx, &pb.LeaseTimeToLiveRequest{ID: id, Keys: true})
		if err != nil {
			return err
		}
		keys := []string{}
		for _, key := range told.Keys {
			keys = append(keys, fmt.Sprintf("%q", key))
		}
		slices.Sort(keys)
		fmt.Println("lease", id, told.GrantedTTL, keys)
	}
	return nil
}

// A range and a watch at every revision, those too that are given up, and a hash at those that are not.
func tellHistory(ctx context.Context, client *clientv3.Client, last int64) error {
	newest, err := client.HashKV(ctx, client.Endpoints()[0], 0)
	if err != nil {
		return err
	}
	for revision := int64(1); revision <= last; revision++ {
		fmt.Println("at", revision)
		got, err := client.Get(ctx, "\x00", clientv3.WithFromKey(), clientv3.WithRev(revision))
		if err != nil {
			fmt.Println("  range", err)
		} else {
			fmt.Println("  range", got.Count, sum(list(got.Kvs)))
		}
		// At the revision of a compaction etcd answers the hash of before it, until it is restarted.
		if revision > newest.CompactRevision {
			hash, err := client.HashKV(ctx, client.Endpoints()[0], revision)
			if err != nil {
				return err
			}
			fmt.Println("  hashkv", hash.Hash, hash.CompactRevision)
		}
		if err := tellWatch(ctx, client, revision, last); err != nil {
			return err
		}
	}
	return nil
}

func tellWatch(ctx context.Context, client *clientv3.Client, from, last int64) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	told, events := "", 0
	for answer := range client.Watch(ctx, "\x00", clientv3.WithFromKey(), clientv3.WithRev(from), clientv3.WithPrevKV()) {
		if err := answer.Err(); err != nil {
			fmt.Println("  watch", err, answer.CompactRevision)
			return nil
		}
		for _, event := range answer.Events {
			told += fmt.Sprintln(event.Type, previous(event.Kv), previous(event.PrevKv))
			events++
			if event.Kv.ModRevision == last {
				fmt.Println("  watch", events, sum(told))
				return nil
			}
		}
	}
	return fmt.Errorf("the watch from %d ended early", from)
}

func sum(text string) string {
	hash := fnv.New64a()
	hash.Write([]byte(text))
	return fmt.Sprintf("%016x", hash.Sum64())
}
