// Watch streams spoken in plain gRPC, told response by response. Arguments: the endpoint, then the part.
package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	pb "go.etcd.io/etcd/api/v3/etcdserverpb"
	"go.etcd.io/etcd/api/v3/mvccpb"
	clientv3 "go.etcd.io/etcd/client/v3"
)

func main() {
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Println("failed:", err)
		os.Exit(1)
	}
}

func run(endpoint, part string) error {
	client, err := clientv3.New(clientv3.Config{Endpoints: []string{endpoint}, DialTimeout: time.Minute})
	if err != nil {
		return err
	}
	defer client.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 4*time.Minute)
	defer cancel()
	parts := map[string]func(context.Context, *clientv3.Client) error{
		"creating":   creating,
		"events":     events,
		"asking":     asking,
		"fragments":  fragments,
		"notified":   notified,
		"compaction": compaction,
	}
	told, known := parts[part]
	if !known {
		return fmt.Errorf("no part %q", part)
	}
	return told(ctx, client)
}

// stream is one watch stream; what goes wrong ends the program.
type stream struct {
	pb.Watch_WatchClient
}

func open(ctx context.Context, client *clientv3.Client) stream {
	opened, err := pb.NewWatchClient(client.ActiveConnection()).Watch(ctx)
	check(err)
	return stream{opened}
}

func check(err error) {
	if err != nil {
		fmt.Println("failed:", err)
		os.Exit(1)
	}
}

func (s stream) create(about string, request *pb.WatchCreateRequest) {
	fmt.Println("# create:", about)
	check(s.Send(&pb.WatchRequest{RequestUnion: &pb.WatchRequest_CreateRequest{CreateRequest: request}}))
}

func (s stream) cancel(id int64) {
	fmt.Println("# cancel", id)
	request := &pb.WatchCancelRequest{WatchId: id}
	check(s.Send(&pb.WatchRequest{RequestUnion: &pb.WatchRequest_CancelRequest{CancelRequest: request}}))
}

func (s stream) progress() {
	fmt.Println("# progress")
	request := &pb.WatchRequest_ProgressRequest{ProgressRequest: &pb.WatchProgressRequest{}}
	check(s.Send(&pb.WatchRequest{RequestUnion: request}))
}

// tell prints the next responses.
func (s stream) tell(count int) {
	for i := 0; i < count; i++ {
		fmt.Println(text(s.next()))
	}
}

func (s stream) next() *pb.WatchResponse {
	response, err := s.Recv()
	check(err)
	return response
}

// tellSorted prints the next responses in an order that does not depend on which watcher was served first.
func (s stream) tellSorted(count int) {
	byWatcher := map[int64][]string{}
	var ids []int64
	for i := 0; i < count; i++ {
		response := s.next()
		if _, seen := byWatcher[response.WatchId]; !seen {
			ids = append(ids, response.WatchId)
		}
		byWatcher[response.WatchId] = append(byWatcher[response.WatchId], text(response))
	}
	for id := int64(-10); id < 1000; id++ {
		for _, line := range byWatcher[id] {
			fmt.Println(line)
		}
	}
}

func text(response *pb.WatchResponse) string {
	var told strings.Builder
	fmt.Fprintf(&told, "watcher %d at %d:", response.WatchId, response.Header.GetRevision())
	if response.Header.GetClusterId() == 0 || response.Header.GetMemberId() == 0 || response.Header.GetRaftTerm() == 0 {
		told.WriteString(" header incomplete")
	}
	if response.Created {
		told.WriteString(" created")
	}
	if response.Canceled {
		told.WriteString(" canceled")
	}
	if response.CompactRevision != 0 {
		fmt.Fprintf(&told, " compacted %d", response.CompactRevision)
	}
	if response.CancelReason != "" {
		fmt.Fprintf(&told, " because %q", response.CancelReason)
	}
	if response.Fragment {
		told.WriteString(" fragment")
	}
	for _, event := range response.Events {
		fmt.Fprintf(&told, " %v %s", event.Type, kv(event.Kv))
		if event.PrevKv != nil {
			fmt.Fprintf(&told, " before %s", kv(event.PrevKv))
		}
	}
	return told.String()
}

func kv(kv *mvccpb.KeyValue) string {
	value := string(kv.Value)
	if len(value) > 40 {
		value = fmt.Sprintf("%d bytes", len(value))
	}
	return fmt.Sprintf("[%s=%s c%d m%d v%d l%d]", kv.Key, value, kv.CreateRevision, kv.ModRevision, kv.Version, kv.Lease)
}

func put(ctx context.Context, client *clientv3.Client, key, value string) {
	_, err := client.Put(ctx, key, value)
	check(err)
}

func everything() *pb.WatchCreateRequest {
	return &pb.WatchCreateRequest{Key: []byte("a"), RangeEnd: []byte{0}}
}
