package main

import (
	"context"

	"go.etcd.io/etcd/api/v3/etcdserverpb"
	clientv3 "go.etcd.io/etcd/client/v3"
)

// keepalives is one keepalive stream: the client's own KeepAlive renews by its own clock and answers no error.
type keepalives struct {
	stream etcdserverpb.Lease_LeaseKeepAliveClient
}

func leaseStream(ctx context.Context, client *clientv3.Client) (*keepalives, error) {
	stream, err := etcdserverpb.NewLeaseClient(client.ActiveConnection()).LeaseKeepAlive(ctx)
	return &keepalives{stream: stream}, err
}

func (k *keepalives) send(id clientv3.LeaseID) error {
	return k.stream.Send(&etcdserverpb.LeaseKeepAliveRequest{ID: int64(id)})
}

// receive answers the seconds that the next lease has left, zero where it is no more.
func (k *keepalives) receive() (int64, error) {
	answer, err := k.stream.Recv()
	if err != nil {
		return 0, err
	}
	return answer.TTL, nil
}

func (k *keepalives) closeSend() error {
	return k.stream.CloseSend()
}
