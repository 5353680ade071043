package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// What leases do for the client, without how long that takes.
func leases(ctx context.Context, client *clientv3.Client) error {
	for _, part := range []func(context.Context, *clientv3.Client) error{granted, renewed, expired, refusedLeases} {
		if err := part(ctx, client); err != nil {
			return err
		}
	}
	return nil
}

func granted(ctx context.Context, client *clientv3.Client) error {
	grant, err := client.Grant(ctx, 600)
	if err != nil {
		return err
	}
	fmt.Println("granted at", grant.Revision, "for", grant.TTL)
	for _, key := range []string{"l/b", "l/a", "l/c"} {
		if _, err := client.Put(ctx, key, "leased", clientv3.WithLease(grant.ID)); err != nil {
			return err
		}
	}
	if _, err := client.Put(ctx, "l/c", "on its own"); err != nil {
		return err
	}
	if _, err := client.Put(ctx, "l/b", "again", clientv3.WithIgnoreLease()); err != nil {
		return err
	}
	told, err := client.TimeToLive(ctx, grant.ID, clientv3.WithAttachedKeys())
	if err != nil {
		return err
	}
	attached := []string{}
	for _, key := range told.Keys {
		attached = append(attached, string(key))
	}
	slices.Sort(attached)
	fmt.Println("told", told.GrantedTTL, told.TTL > 0 && told.TTL <= 600, attached)
	without, err := client.TimeToLive(ctx, grant.ID)
	if err != nil {
		return err
	}
	fmt.Println("told without keys", len(without.Keys))
	all, err := client.Leases(ctx)
	if err != nil {
		return err
	}
	fmt.Println("listed", len(all.Leases), all.Leases[0].ID == grant.ID)
	txn, err := client.Txn(ctx).
		If(clientv3.Compare(clientv3.LeaseValue("l/a"), "=", grant.ID)).
		Then(clientv3.OpPut("l/d", "in a txn", clientv3.WithLease(grant.ID)), clientv3.OpDelete("l/a")).
		Commit()
	if err != nil {
		return err
	}
	fmt.Println("txn", txn.Succeeded)
	revoke, err := client.Revoke(ctx, grant.ID)
	if err != nil {
		return err
	}
	left, err := client.Get(ctx, "l/", clientv3.WithPrefix(), clientv3.WithKeysOnly())
	if err != nil {
		return err
	}
	fmt.Println("revoked at", revoke.Header.Revision, "left", len(left.Kvs), string(left.Kvs[0].Key),
		"at", left.Header.Revision)
	empty, err := client.Grant(ctx, 600)
	if err != nil {
		return err
	}
	revoke, err = client.Revoke(ctx, empty.ID)
	if err != nil {
		return err
	}
	fmt.Println("nothing revoked at", revoke.Header.Revision)
	return nil
}

func renewed(ctx context.Context, client *clientv3.Client) error {
	// Renewed each third of it, and not lost where the machine stands still for the rest.
	const seconds = 10
	grant, err := client.Grant(ctx, seconds)
	if err != nil {
		return err
	}
	if _, err := client.Put(ctx, "kept", "", clientv3.WithLease(grant.ID)); err != nil {
		return err
	}
	once, err := client.KeepAliveOnce(ctx, grant.ID)
	if err != nil {
		return err
	}
	fmt.Println("kept once to", once.TTL, "at", once.Revision)
	renewing, stop := context.WithCancel(ctx)
	defer stop()
	renewals, err := client.KeepAlive(renewing, grant.ID)
	if err != nil {
		return err
	}
	// Long enough for a lease that is not renewed to be gone.
	began := time.Now()
	for time.Since(began) < (seconds+3)*time.Second {
		renewal, open := <-renewals
		if !open {
			return fmt.Errorf("the renewals ended")
		}
		if renewal.TTL != seconds {
			return fmt.Errorf("renewed to %d", renewal.TTL)
		}
	}
	there, err := client.Get(ctx, "kept")
	if err != nil {
		return err
	}
	fmt.Println("kept", len(there.Kvs))
	if _, err := client.Revoke(ctx, grant.ID); err != nil {
		return err
	}
	for range renewals {
		continue
	}
	fmt.Println("the renewals end with the lease")
	return nil
}

func expired(ctx context.Context, client *clientv3.Client) error {
	// Long enough for keys to be put on it before it ends.
	short, err := client.Grant(ctx, 6)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	deletions := client.Watch(ctx, "s/", clientv3.WithPrefix(), clientv3.WithFilterPut(), clientv3.WithPrevKV())
	for _, key := range []string{"s/3", "s/1", "s/2"} {
		if _, err := client.Put(ctx, key, "short", clientv3.WithLease(short.ID)); err != nil {
			return err
		}
	}
	answer := <-deletions
	for _, event := range answer.Events {
		fmt.Printf("expired %s at %d, put at %d\n", event.Kv.Key, event.Kv.ModRevision, event.PrevKv.ModRevision)
	}
	told, err := client.TimeToLive(ctx, short.ID)
	if err != nil {
		return err
	}
	fmt.Println("told of the expired", told.TTL, told.GrantedTTL)
	return nil
}

func refusedLeases(ctx context.Context, client *clientv3.Client) error {
	told, err := client.TimeToLive(ctx, 4711)
	fmt.Println("told of nothing", told.TTL, err)
	_, err = client.Revoke(ctx, 4711)
	fmt.Println("revoke of nothing:", err)
	_, err = client.KeepAliveOnce(ctx, 4711)
	fmt.Println("keepalive of nothing:", err)
	_, err = client.Put(ctx, "x", "", clientv3.WithLease(4711))
	fmt.Println("put:", err)
	_, err = client.Txn(ctx).Then(clientv3.OpPut("y", ""), clientv3.OpPut("x", "", clientv3.WithLease(4711))).Commit()
	fmt.Println("txn:", err)
	_, err = client.Grant(ctx, 9_000_000_001)
	fmt.Println("too long:", err)
	shortest, err := client.Grant(ctx, -5)
	if err != nil {
		fmt.Println("negative:", err)
		return nil
	}
	fmt.Println("negative: granted for", shortest.TTL)
	return nil
}
