package main

import (
	"context"
	"fmt"
	"math/rand"
	"strings"

	pb "go.etcd.io/etcd/api/v3/etcdserverpb"
	"go.etcd.io/etcd/api/v3/mvccpb"
	clientv3 "go.etcd.io/etcd/client/v3"
	"google.golang.org/grpc/status"
)

// Steps between two looks at the hash of the history.
const stepsAHash = 20

// The keys are few, so that requests meet; some are no text.
var keys = []string{"a", "ab", "b", "c/1", "c/2", "c/3", "d", "\x00", "\x00\x00", "z", "\xff", "\xff\x00"}

// A history is a seeded run of random requests, each told with its answer in a line.
type history struct {
	random   *rand.Rand
	revision int64
	// One put of so many names a lease.
	leaseEvery int
	// The leases that puts name, whether there are such or not.
	leases []int64
}

func runHistory(ctx context.Context, client *clientv3.Client, seed int64, steps int) error {
	conn := client.ActiveConnection()
	kv, maintenance := pb.NewKVClient(conn), pb.NewMaintenanceClient(conn)
	h := &history{random: rand.New(rand.NewSource(seed)), revision: 1, leaseEvery: 30, leases: []int64{77}}
	for step := 1; step <= steps; step++ {
		switch h.random.Intn(10) {
		case 0, 1, 2:
			request := h.put()
			answer, err := kv.Put(ctx, request)
			h.tell(request, answer, err)
		case 3:
			request := h.deletion()
			answer, err := kv.DeleteRange(ctx, request)
			h.tell(request, answer, err)
		case 4, 5:
			request := h.fetch()
			answer, err := kv.Range(ctx, request)
			h.tell(request, answer, err)
		default:
			request := h.txn(2)
			answer, err := kv.Txn(ctx, request)
			h.tell(request, answer, err)
		}
		if step%stepsAHash == 0 {
			for _, revision := range []int64{0, h.anyRevision()} {
				answer, err := maintenance.HashKV(ctx, &pb.HashKVRequest{Revision: revision})
				if err != nil {
					fmt.Println("hashkv at", revision, failure(err))
				} else {
					fmt.Println("hashkv at", answer.HashRevision, "of", answer.Header.Revision,
						"compacted", answer.CompactRevision, "is", answer.Hash)
				}
			}
		}
	}
	return nil
}

func (h *history) tell(request fmt.Stringer, answer any, err error) {
	fmt.Println(describe(request))
	if err != nil {
		fmt.Println(" ", failure(err))
		return
	}
	fmt.Println(" ", describe(answer))
	if header := answer.(interface{ GetHeader() *pb.ResponseHeader }).GetHeader(); header.Revision > h.revision {
		h.revision = header.Revision
	}
}

func (h *history) one(of int) bool {
	return h.random.Intn(of) == 0
}

func (h *history) key() []byte {
	if h.one(40) {
		return nil
	}
	return []byte(keys[h.random.Intn(len(keys))])
}

func (h *history) end() []byte {
	switch h.random.Intn(6) {
	case 0:
		return []byte{0}
	case 1, 2:
		return h.key()
	}
	return nil
}

// Mostly a revision that is there, at times one of the future.
func (h *history) anyRevision() int64 {
	return h.random.Int63n(h.revision + 2)
}

func (h *history) put() *pb.PutRequest {
	put := &pb.PutRequest{Key: h.key(), PrevKv: h.one(2)}
	if !h.one(8) {
		put.Value = []byte(fmt.Sprint(h.random.Intn(50)))
	}
	put.IgnoreValue = h.one(12)
	put.IgnoreLease = h.one(12)
	if h.one(h.leaseEvery) {
		put.Lease = h.lease()
	}
	return put
}

func (h *history) lease() int64 {
	if len(h.leases) == 1 {
		return h.leases[0]
	}
	return h.leases[h.random.Intn(len(h.leases))]
}

func (h *history) deletion() *pb.DeleteRangeRequest {
	return &pb.DeleteRangeRequest{Key: h.key(), RangeEnd: h.end(), PrevKv: h.one(2)}
}

func (h *history) fetch() *pb.RangeRequest {
	fetch := &pb.RangeRequest{
		Key:          h.key(),
		RangeEnd:     h.end(),
		Serializable: h.one(2),
		KeysOnly:     h.one(5),
		CountOnly:    h.one(6),
	}
	if h.one(3) {
		fetch.Limit = h.random.Int63n(4)
	}
	if h.one(3) {
		fetch.Revision = h.anyRevision()
	}
	if h.one(3) {
		fetch.SortOrder = pb.RangeRequest_SortOrder(h.random.Intn(3))
		fetch.SortTarget = pb.RangeRequest_SortTarget(h.random.Intn(5))
	}
	for _, bound := range []*int64{
		&fetch.MinModRevision, &fetch.MaxModRevision, &fetch.MinCreateRevision, &fetch.MaxCreateRevision,
	} {
		if h.one(10) {
			*bound = h.anyRevision()
		}
	}
	return fetch
}

func (h *history) txn(depth int) *pb.TxnRequest {
	txn := &pb.TxnRequest{}
	for range h.random.Intn(3) {
		txn.Compare = append(txn.Compare, h.compare())
	}
	for range h.random.Intn(4) {
		txn.Success = append(txn.Success, h.operation(depth))
	}
	for range h.random.Intn(4) {
		txn.Failure = append(txn.Failure, h.operation(depth))
	}
	return txn
}

func (h *history) compare() *pb.Compare {
	compare := &pb.Compare{
		Key:      h.key(),
		RangeEnd: h.end(),
		Result:   pb.Compare_CompareResult(h.random.Intn(4)),
		Target:   pb.Compare_CompareTarget(h.random.Intn(5)),
	}
	switch compare.Target {
	case pb.Compare_VERSION:
		compare.TargetUnion = &pb.Compare_Version{Version: h.random.Int63n(4)}
	case pb.Compare_CREATE:
		compare.TargetUnion = &pb.Compare_CreateRevision{CreateRevision: h.anyRevision()}
	case pb.Compare_MOD:
		compare.TargetUnion = &pb.Compare_ModRevision{ModRevision: h.anyRevision()}
	case pb.Compare_VALUE:
		compare.TargetUnion = &pb.Compare_Value{Value: []byte(fmt.Sprint(h.random.Intn(50)))}
	case pb.Compare_LEASE:
		compare.TargetUnion = &pb.Compare_Lease{Lease: h.random.Int63n(2)}
	}
	if h.one(15) {
		compare.TargetUnion = nil
	}
	return compare
}

func (h *history) operation(depth int) *pb.RequestOp {
	switch h.random.Intn(8) {
	case 0, 1, 2:
		return &pb.RequestOp{Request: &pb.RequestOp_RequestPut{RequestPut: h.put()}}
	case 3:
		return &pb.RequestOp{Request: &pb.RequestOp_RequestDeleteRange{RequestDeleteRange: h.deletion()}}
	case 4, 5:
		if depth > 0 {
			return &pb.RequestOp{Request: &pb.RequestOp_RequestTxn{RequestTxn: h.txn(depth - 1)}}
		}
	}
	return &pb.RequestOp{Request: &pb.RequestOp_RequestRange{RequestRange: h.fetch()}}
}

func failure(err error) string {
	// Go's protobuf library puts a no-break space into its texts in some builds.
	return fmt.Sprintf("%s: %s", status.Code(err), strings.ReplaceAll(status.Convert(err).Message(), "\u00a0", " "))
}

// What a request or an answer says, without ids and terms; a header that is there but empty shows.
func describe(message any) string {
	switch m := message.(type) {
	case *pb.CompactionResponse:
		return fmt.Sprintf("compacted%s", header(m.Header))
	case *pb.LeaseGrantResponse:
		return fmt.Sprintf("granted %d for %d%s", m.ID, m.TTL, header(m.Header))
	case *pb.LeaseRevokeResponse:
		return fmt.Sprintf("revoked%s", header(m.Header))
	case *pb.CompactionRequest:
		return fmt.Sprintf("> compact to %d physical %t", m.Revision, m.Physical)
	case *pb.LeaseGrantRequest:
		return fmt.Sprintf("> grant %d", m.ID)
	case *pb.LeaseRevokeRequest:
		return fmt.Sprintf("> revoke %d", m.ID)
	case *pb.PutResponse:
		return fmt.Sprintf("put%s%s", header(m.Header), previous(m.PrevKv))
	case *pb.DeleteRangeResponse:
		return fmt.Sprintf("deleted %d%s%s", m.Deleted, header(m.Header), list(m.PrevKvs))
	case *pb.RangeResponse:
		return fmt.Sprintf("range count %d more %t%s%s", m.Count, m.More, header(m.Header), list(m.Kvs))
	case *pb.TxnResponse:
		parts := []string{fmt.Sprintf("txn %t%s", m.Succeeded, header(m.Header))}
		for _, response := range m.Responses {
			switch r := response.Response.(type) {
			case *pb.ResponseOp_ResponsePut:
				parts = append(parts, describe(r.ResponsePut))
			case *pb.ResponseOp_ResponseDeleteRange:
				parts = append(parts, describe(r.ResponseDeleteRange))
			case *pb.ResponseOp_ResponseRange:
				parts = append(parts, describe(r.ResponseRange))
			case *pb.ResponseOp_ResponseTxn:
				parts = append(parts, describe(r.ResponseTxn))
			default:
				parts = append(parts, fmt.Sprintf("%T", r))
			}
		}
		return "{" + strings.Join(parts, "; ") + "}"
	case *pb.PutRequest:
		return fmt.Sprintf("> put %q=%q", m.Key, m.Value)
	case *pb.DeleteRangeRequest:
		return fmt.Sprintf("> delete %q to %q", m.Key, m.RangeEnd)
	case *pb.RangeRequest:
		return fmt.Sprintf("> range %q to %q at %d", m.Key, m.RangeEnd, m.Revision)
	case *pb.TxnRequest:
		return fmt.Sprintf("> txn of %d, %d or %d", len(m.Compare), len(m.Success), len(m.Failure))
	}
	return fmt.Sprintf("%T", message)
}

func header(header *pb.ResponseHeader) string {
	if header == nil {
		return " without header"
	}
	named := ""
	if header.ClusterId != 0 || header.MemberId != 0 || header.RaftTerm != 0 {
		named = " named"
	}
	return fmt.Sprintf(" at %d%s", header.Revision, named)
}

func previous(kv *mvccpb.KeyValue) string {
	if kv == nil {
		return ""
	}
	return list([]*mvccpb.KeyValue{kv})
}

func list(kvs []*mvccpb.KeyValue) string {
	var text strings.Builder
	for _, kv := range kvs {
		fmt.Fprintf(&text, " %q=%q(%d,%d,%d,%d)", kv.Key, kv.Value, kv.CreateRevision, kv.ModRevision, kv.Version, kv.Lease)
	}
	return text.String()
}
