package main

import (
	"context"
	"fmt"
	"strings"

	pb "go.etcd.io/etcd/api/v3/etcdserverpb"
	clientv3 "go.etcd.io/etcd/client/v3"
)

// creating: which watchers there can be, and under which ids.
func creating(ctx context.Context, client *clientv3.Client) error {
	put(ctx, client, "a", "1")
	s := open(ctx, client)
	one := func() *pb.WatchCreateRequest { return &pb.WatchCreateRequest{Key: []byte("a")} }
	withID := func(id int64) *pb.WatchCreateRequest { return &pb.WatchCreateRequest{Key: []byte("a"), WatchId: id} }

	s.create("auto", one())
	s.tell(1)
	s.create("id 2", withID(2))
	s.tell(1)
	s.create("auto", one())
	s.tell(1)
	s.create("auto, past 2", one())
	s.tell(1)
	s.create("id 2 again", withID(2))
	s.tell(1)
	s.create("id -7", withID(-7))
	s.tell(1)
	s.create("id -7 again", withID(-7))
	s.tell(1)
	s.cancel(2)
	s.tell(1)
	s.create("id 2 after its end", withID(2))
	s.tell(1)
	s.create("no key", &pb.WatchCreateRequest{})
	s.tell(1)
	s.create("an end before the start", &pb.WatchCreateRequest{Key: []byte("b"), RangeEnd: []byte("a")})
	s.tell(1)
	s.create("an end at the start", &pb.WatchCreateRequest{Key: []byte("b"), RangeEnd: []byte("b")})
	s.tell(1)
	s.create("no key and an end", &pb.WatchCreateRequest{RangeEnd: []byte("b")})
	s.tell(1)
	s.create("a revision below zero", &pb.WatchCreateRequest{Key: []byte("a"), StartRevision: -1})
	s.tell(1)
	s.create("a revision below zero and an empty range",
		&pb.WatchCreateRequest{Key: []byte("b"), RangeEnd: []byte("a"), StartRevision: -1})
	s.tell(1)
	s.create("an empty range and a known id",
		&pb.WatchCreateRequest{Key: []byte("b"), RangeEnd: []byte("a"), WatchId: 2})
	s.tell(1)

	// what is passed over is followed by something that is not
	s.cancel(99)
	fmt.Println("# nothing at all")
	check(s.Send(&pb.WatchRequest{}))
	s.create("auto", one())
	s.tell(1)
	return nil
}

// events: what a watcher is shown, live and from history.
func events(ctx context.Context, client *clientv3.Client) error {
	s := open(ctx, client)
	s.create("everything", everything())
	s.tell(1)
	put(ctx, client, "a", "1")
	s.tell(1)
	put(ctx, client, "a", "2")
	s.tell(1)
	lease, err := client.Txn(ctx).Then(
		clientv3.OpPut("b", "1"), clientv3.OpPut("c", "1"), clientv3.OpDelete("a")).Commit()
	check(err)
	fmt.Println("# a transaction at", lease.Header.Revision)
	s.tell(1)
	_, err = client.Delete(ctx, "a", clientv3.WithFromKey())
	check(err)
	s.tell(1)
	_, err = client.Delete(ctx, "a", clientv3.WithFromKey())
	check(err)
	put(ctx, client, "b", "2")
	s.tell(1)

	past := open(ctx, client)
	request := everything()
	request.StartRevision = 2
	request.PrevKv = true
	past.create("from 2 on, with what was before", request)
	past.tell(2)
	request = everything()
	request.StartRevision = 3
	request.Filters = []pb.WatchCreateRequest_FilterType{pb.WatchCreateRequest_NOPUT}
	past.create("from 3 on, no puts", request)
	past.tell(2)
	request = everything()
	request.StartRevision = 2
	request.Filters = []pb.WatchCreateRequest_FilterType{pb.WatchCreateRequest_NODELETE}
	past.create("from 2 on, no deletes", request)
	past.tell(2)
	request = everything()
	request.StartRevision = 2
	request.Filters = []pb.WatchCreateRequest_FilterType{pb.WatchCreateRequest_NODELETE, pb.WatchCreateRequest_NOPUT}
	past.create("from 2 on, neither", request)
	past.tell(1)
	past.create("c and d", &pb.WatchCreateRequest{Key: []byte("c"), RangeEnd: []byte("e"), StartRevision: 1})
	past.tell(2)
	past.create("from 9 on, which is to come",
		&pb.WatchCreateRequest{Key: []byte("a"), RangeEnd: []byte("c"), StartRevision: 9, WatchId: 50})
	past.tell(1)
	put(ctx, client, "b", "7")
	past.tellSorted(2)
	put(ctx, client, "b", "8")
	past.tellSorted(2)
	put(ctx, client, "a", "9")
	past.tellSorted(3)
	return nil
}

// asking: when progress is told, and when not.
func asking(ctx context.Context, client *clientv3.Client) error {
	put(ctx, client, "a", "1")
	s := open(ctx, client)
	s.progress()
	s.create("everything", everything())
	s.tell(1)
	s.progress()
	s.tell(1)
	put(ctx, client, "a", "2")
	s.progress()
	s.tell(2)
	put(ctx, client, "0", "not watched")
	s.progress()
	s.tell(1)
	s.create("of the future", &pb.WatchCreateRequest{Key: []byte("0"), StartRevision: 6})
	s.tell(1)
	s.progress()
	put(ctx, client, "a", "3")
	s.tell(1)
	s.progress()
	s.cancel(1)
	s.tell(1)
	s.progress()
	s.tell(1)
	s.cancel(0)
	s.tell(1)
	s.progress()
	s.create("everything", everything())
	s.tell(1)
	return nil
}

// fragments: one revision that is larger than a message ought to be.
func fragments(ctx context.Context, client *clientv3.Client) error {
	mebibyte := strings.Repeat("x", 1<<20)
	for _, key := range []string{"a", "b", "c"} {
		put(ctx, client, key, mebibyte)
	}
	put(ctx, client, "d", "small")
	s := open(ctx, client)
	request := everything()
	request.PrevKv = true
	request.Fragment = true
	s.create("in fragments", request)
	s.tell(1)
	whole := open(ctx, client)
	request = everything()
	request.PrevKv = true
	whole.create("in one piece", request)
	whole.tell(1)
	_, err := client.Delete(ctx, "a", clientv3.WithFromKey())
	check(err)
	s.tell(3)
	whole.tell(1)
	put(ctx, client, "a", mebibyte)
	s.tell(1)
	return nil
}

// notified: for a server that tells of progress after a fraction of a second.
func notified(ctx context.Context, client *clientv3.Client) error {
	put(ctx, client, "a", "1")
	s := open(ctx, client)
	s.create("not told", everything())
	s.tell(1)
	request := everything()
	request.ProgressNotify = true
	request.WatchId = 5
	s.create("told of progress", request)
	s.tell(3)
	put(ctx, client, "0", "not watched")
	for response := s.next(); ; response = s.next() {
		if response.Header.Revision == 3 {
			fmt.Println(text(response))
			break
		}
	}
	request = everything()
	request.ProgressNotify = true
	request.StartRevision = 5
	future := open(ctx, client)
	future.create("of the future", request)
	future.tell(1)
	put(ctx, client, "a", "4")
	put(ctx, client, "0", "5")
	future.tell(1)
	return nil
}

// compaction: watchers of what is gone.
func compaction(ctx context.Context, client *clientv3.Client) error {
	for i := 2; i <= 9; i++ {
		put(ctx, client, "a", fmt.Sprint(i))
	}
	_, err := client.Delete(ctx, "a")
	check(err)
	put(ctx, client, "a", "11")
	_, err = client.Compact(ctx, 10, clientv3.WithCompactPhysical())
	check(err)
	s := open(ctx, client)
	from := func(revision int64) *pb.WatchCreateRequest {
		request := everything()
		request.StartRevision = revision
		request.PrevKv = true
		return request
	}
	s.create("from 2 on", from(2))
	s.tell(2)
	s.create("from 9 on", from(9))
	s.tell(2)
	s.create("from 10 on, the compact revision", from(10))
	s.tell(2)
	s.create("from 11 on", from(11))
	s.tell(2)
	request := from(3)
	request.WatchId = 40
	s.create("from 3 on, id 40", request)
	s.tell(2)
	request = from(11)
	request.WatchId = 40
	s.create("id 40 again", request)
	s.tell(1)
	s.cancel(40)
	s.tell(1)
	s.create("id 40 once more", request)
	s.tell(2)
	return nil
}
