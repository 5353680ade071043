package main

import (
	"context"
	"fmt"

	pb "go.etcd.io/etcd/api/v3/etcdserverpb"
	clientv3 "go.etcd.io/etcd/client/v3"
	"google.golang.org/grpc"
)

// Requests that etcd refuses, or that look as if it should.
func runRefusals(ctx context.Context, client *clientv3.Client) error {
	kv := pb.NewKVClient(client.ActiveConnection())
	if _, err := kv.Put(ctx, &pb.PutRequest{Key: []byte("a"), Value: []byte("1")}); err != nil {
		return err
	}
	refusedRanges(ctx, kv)
	refusedWrites(ctx, kv)
	refusedTxns(ctx, kv)
	tooLarge(ctx, kv)
	unknown(ctx, client)
	return refusedWatches(ctx, client)
}

func report(name string, answer any, err error) {
	if err != nil {
		fmt.Println(name+":", failure(err))
	} else {
		fmt.Println(name+":", describe(answer))
	}
}

func refusedRanges(ctx context.Context, kv pb.KVClient) {
	a := []byte("a")
	for _, r := range []struct {
		name    string
		request *pb.RangeRequest
	}{
		{"no key", &pb.RangeRequest{}},
		{"no key but an end", &pb.RangeRequest{RangeEnd: a}},
		{"unknown order", &pb.RangeRequest{Key: a, SortOrder: 9}},
		{"negative order", &pb.RangeRequest{Key: a, SortOrder: -1}},
		{"unknown target", &pb.RangeRequest{Key: a, SortTarget: 9}},
		{"future", &pb.RangeRequest{Key: a, Revision: 1000}},
		{"future, serializable", &pb.RangeRequest{Key: a, Revision: 1000, Serializable: true}},
		{"negative revision", &pb.RangeRequest{Key: a, Revision: -5}},
		{"negative limit", &pb.RangeRequest{Key: a, Limit: -5}},
		{"end before key", &pb.RangeRequest{Key: []byte("b"), RangeEnd: a}},
		{"end is key", &pb.RangeRequest{Key: a, RangeEnd: a}},
		{"everything", &pb.RangeRequest{Key: []byte{0}, RangeEnd: []byte{0}}},
		{"first revision", &pb.RangeRequest{Key: a, Revision: 1}},
		{"negative bounds", &pb.RangeRequest{Key: a, MinModRevision: -1, MaxCreateRevision: -1}},
	} {
		answer, err := kv.Range(ctx, r.request)
		report("range, "+r.name, answer, err)
	}
}

func refusedWrites(ctx context.Context, kv pb.KVClient) {
	a, none, value := []byte("a"), []byte("none"), []byte("v")
	for _, p := range []struct {
		name    string
		request *pb.PutRequest
	}{
		{"no key", &pb.PutRequest{Value: value}},
		{"value and ignored value", &pb.PutRequest{Key: a, Value: value, IgnoreValue: true}},
		{"lease and ignored lease", &pb.PutRequest{Key: a, Lease: 5, IgnoreLease: true}},
		{"ignored value of nothing", &pb.PutRequest{Key: none, IgnoreValue: true}},
		{"ignored lease of nothing", &pb.PutRequest{Key: none, IgnoreLease: true}},
		{"ignored both", &pb.PutRequest{Key: a, IgnoreValue: true, IgnoreLease: true}},
		{"unknown lease", &pb.PutRequest{Key: a, Lease: 77}},
		{"negative lease", &pb.PutRequest{Key: a, Lease: -1}},
	} {
		answer, err := kv.Put(ctx, p.request)
		report("put, "+p.name, answer, err)
	}
	answer, err := kv.DeleteRange(ctx, &pb.DeleteRangeRequest{})
	report("delete, no key", answer, err)
	answer, err = kv.DeleteRange(ctx, &pb.DeleteRangeRequest{Key: []byte("b"), RangeEnd: a})
	report("delete, end before key", answer, err)
}

func refusedTxns(ctx context.Context, kv pb.KVClient) {
	a := []byte("a")
	put := func(key string) *pb.RequestOp {
		return &pb.RequestOp{Request: &pb.RequestOp_RequestPut{RequestPut: &pb.PutRequest{Key: []byte(key)}}}
	}
	deletion := func(key, end string) *pb.RequestOp {
		request := &pb.DeleteRangeRequest{Key: []byte(key), RangeEnd: []byte(end)}
		return &pb.RequestOp{Request: &pb.RequestOp_RequestDeleteRange{RequestDeleteRange: request}}
	}
	fetch := func(request *pb.RangeRequest) *pb.RequestOp {
		return &pb.RequestOp{Request: &pb.RequestOp_RequestRange{RequestRange: request}}
	}
	nested := func(txn *pb.TxnRequest) *pb.RequestOp {
		return &pb.RequestOp{Request: &pb.RequestOp_RequestTxn{RequestTxn: txn}}
	}
	puts := func(from, count int) (ops []*pb.RequestOp) {
		for i := range count {
			ops = append(ops, put(fmt.Sprint("many/", from+i)))
		}
		return ops
	}
	ops := func(ops ...*pb.RequestOp) *pb.TxnRequest {
		return &pb.TxnRequest{Success: ops}
	}
	compare := func(compares ...*pb.Compare) *pb.TxnRequest {
		return &pb.TxnRequest{Compare: compares}
	}
	many := make([]*pb.Compare, 129)
	for i := range many {
		many[i] = &pb.Compare{Key: a}
	}
	for _, t := range []struct {
		name    string
		request *pb.TxnRequest
	}{
		{"empty", ops()},
		{"129 puts", ops(puts(0, 129)...)},
		{"128 puts", ops(puts(0, 128)...)},
		{"129 puts otherwise", &pb.TxnRequest{Failure: puts(0, 129)}},
		{"129 compares", compare(many...)},
		{"100 and 29 nested", ops(append(puts(0, 100), nested(ops(puts(100, 29)...)))...)},
		{"100 and 27 nested", ops(append(puts(0, 100), nested(ops(puts(100, 27)...)))...)},
		{"100 and 28 nested", ops(append(puts(0, 100), nested(ops(puts(100, 28)...)))...)},
		{"no key to compare", compare(&pb.Compare{})},
		{"no operation", ops(&pb.RequestOp{})},
		{"no operation, nested", ops(nested(ops(&pb.RequestOp{})))},
		{"empty nested", ops(nested(ops()))},
		{"nothing nested", ops(&pb.RequestOp{Request: &pb.RequestOp_RequestTxn{}})},
		{"no key to put", ops(put(""))},
		{"no key to delete", ops(deletion("", ""))},
		{"no key to read", ops(fetch(&pb.RangeRequest{}))},
		{"unknown order", ops(fetch(&pb.RangeRequest{Key: a, SortOrder: 7}))},
		{"unknown target otherwise", &pb.TxnRequest{Failure: ops(fetch(&pb.RangeRequest{Key: a, SortTarget: 7})).Success}},
		{"put twice", ops(put("a"), put("a"))},
		{"put and deleted", ops(put("a"), deletion("a", ""))},
		{"put and deleted in a range", ops(deletion("0", "z"), put("a"))},
		{"put and all deleted", ops(deletion("\x00", "\x00"), put("p"))},
		{"put behind the range", ops(deletion("b", "p"), put("p"))},
		{"deleted twice", ops(deletion("b", "p"), deletion("a", "d"))},
		{"put above and nested", ops(put("a"), nested(ops(put("a"))))},
		{"put in both branches", ops(nested(&pb.TxnRequest{Success: ops(put("a")).Success, Failure: ops(put("a")).Success}))},
		{"put in two nested", ops(nested(ops(put("a"))), nested(ops(put("a"))))},
		{"put above, deleted nested", ops(put("a"), nested(ops(deletion("a", ""))))},
		{"deleted above, put nested", ops(deletion("a", ""), nested(ops(put("a"))))},
		{"put in one branch, deleted in the other", ops(nested(&pb.TxnRequest{Success: ops(put("a")).Success, Failure: ops(deletion("a", "")).Success}))},
		{"unknown result", compare(&pb.Compare{Key: a, Result: 9, Target: pb.Compare_MOD})},
		{"unknown target", compare(&pb.Compare{Key: a, Target: 9})},
		{"value not given", compare(&pb.Compare{Key: a, Target: pb.Compare_VALUE})},
		{"value of nothing", compare(&pb.Compare{Key: []byte("none"), Target: pb.Compare_VALUE})},
		{"other target than given", compare(&pb.Compare{Key: a, Target: pb.Compare_MOD, TargetUnion: &pb.Compare_Version{Version: 2}})},
		{"range of nothing", compare(&pb.Compare{Key: []byte("n"), RangeEnd: []byte("o"), Target: pb.Compare_VERSION, TargetUnion: &pb.Compare_Version{Version: 7}})},
		{"future", ops(fetch(&pb.RangeRequest{Key: a, Revision: 1000}))},
		{"future after a put", ops(put("a"), fetch(&pb.RangeRequest{Key: a, Revision: 1000}))},
		{"future in the branch not taken", &pb.TxnRequest{Success: ops(put("a")).Success, Failure: ops(fetch(&pb.RangeRequest{Key: a, Revision: 1000})).Success}},
		{"ignored value of nothing", ops(put("b"), &pb.RequestOp{Request: &pb.RequestOp_RequestPut{RequestPut: &pb.PutRequest{Key: []byte("none"), IgnoreValue: true}}})},
		{"unknown lease", ops(&pb.RequestOp{Request: &pb.RequestOp_RequestPut{RequestPut: &pb.PutRequest{Key: a, Lease: 77}}})},
		{"value and ignored value", ops(&pb.RequestOp{Request: &pb.RequestOp_RequestPut{RequestPut: &pb.PutRequest{Key: a, Value: a, IgnoreValue: true}}})},
	} {
		answer, err := kv.Txn(ctx, t.request)
		if err == nil && len(answer.Responses) > 10 {
			answer.Responses = answer.Responses[:2]
		}
		report("txn, "+t.name, answer, err)
	}
}

// There are two limits: what etcd proposes, and what gRPC takes in.
func tooLarge(ctx context.Context, kv pb.KVClient) {
	for _, size := range []int{1_572_800, 1_600_000, 2_097_100, 2_200_000, 5_000_000} {
		request := &pb.PutRequest{Key: []byte("large"), Value: make([]byte, size)}
		answer, err := kv.Put(ctx, request, grpc.MaxCallSendMsgSize(10_000_000))
		report(fmt.Sprint("put of ", size), answer, err)
	}
}

// bytesCodec sends what it is given, and overlooks what comes.
type bytesCodec struct{}

func (bytesCodec) Marshal(message any) ([]byte, error) { return message.([]byte), nil }
func (bytesCodec) Unmarshal([]byte, any) error         { return nil }
func (bytesCodec) Name() string                        { return "proto" }

func unknown(ctx context.Context, client *clientv3.Client) {
	conn := client.ActiveConnection()
	for _, method := range []string{"/nobody.Knows/Me", "/etcdserverpb.KV/Nothing", "/etcdserverpb.Watch/Put", "/slashless", "/a/b/c"} {
		var answer []byte
		err := conn.Invoke(ctx, method, []byte{}, &answer, grpc.ForceCodec(bytesCodec{}))
		report("method "+method, nil, err)
	}
	for _, body := range []string{"\xff", "\x0a\x05ab", "\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", "\x0f\x01", "\x50\x01"} {
		var answer []byte
		err := conn.Invoke(ctx, "/etcdserverpb.KV/Put", []byte(body), &answer, grpc.ForceCodec(bytesCodec{}))
		report(fmt.Sprintf("malformed put %q", body), nil, err)
	}
	maintenance := pb.NewMaintenanceClient(conn)
	for _, revision := range []int64{1000, -1, 1} {
		answer, err := maintenance.HashKV(ctx, &pb.HashKVRequest{Revision: revision})
		if err == nil {
			fmt.Println("hashkv at", revision, "is", answer.Hash, "at", answer.HashRevision)
		} else {
			report(fmt.Sprint("hashkv at ", revision), nil, err)
		}
	}
}

// One stream, and each request's answer before the next request.
func refusedWatches(ctx context.Context, client *clientv3.Client) error {
	stream, err := pb.NewWatchClient(client.ActiveConnection()).Watch(ctx)
	if err != nil {
		return err
	}
	create := func(request *pb.WatchCreateRequest) *pb.WatchRequest {
		return &pb.WatchRequest{RequestUnion: &pb.WatchRequest_CreateRequest{CreateRequest: request}}
	}
	cancel := func(id int64) *pb.WatchRequest {
		return &pb.WatchRequest{RequestUnion: &pb.WatchRequest_CancelRequest{CancelRequest: &pb.WatchCancelRequest{WatchId: id}}}
	}
	a := []byte("a")
	for _, w := range []struct {
		name    string
		request *pb.WatchRequest
	}{
		{"an id of mine", create(&pb.WatchCreateRequest{Key: a, WatchId: 5})},
		{"progress", &pb.WatchRequest{RequestUnion: &pb.WatchRequest_ProgressRequest{ProgressRequest: &pb.WatchProgressRequest{}}}},
		{"that id again", create(&pb.WatchCreateRequest{Key: a, WatchId: 5})},
		{"an id of yours", create(&pb.WatchCreateRequest{Key: a})},
		{"no key", create(&pb.WatchCreateRequest{StartRevision: 1000})},
		{"end before key", create(&pb.WatchCreateRequest{Key: []byte("b"), RangeEnd: a})},
		{"negative revision", create(&pb.WatchCreateRequest{Key: []byte("q"), StartRevision: -3})},
		{"future", create(&pb.WatchCreateRequest{Key: a, StartRevision: 1000})},
		{"cancel", cancel(5)},
		{"cancel of another", cancel(0)},
	} {
		if err := stream.Send(w.request); err != nil {
			return err
		}
		answer, err := stream.Recv()
		if err != nil {
			fmt.Println("watch, "+w.name+":", failure(err))
			return nil
		}
		fmt.Printf("watch, %s:%s id %d created %t canceled %t %q compacted %d fragment %t events %d\n", w.name,
			header(answer.Header), answer.WatchId, answer.Created, answer.Canceled, answer.CancelReason,
			answer.CompactRevision, answer.Fragment, len(answer.Events))
	}
	return nil
}
