package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.etcd.io/etcd/client/v3/concurrency"
	"go.etcd.io/etcd/client/v3/leasing"
	"go.etcd.io/etcd/client/v3/mirror"
	"go.etcd.io/etcd/client/v3/namespace"
	"go.etcd.io/etcd/client/v3/ordering"
)

// What the client builds of keys, leases and watches by itself.
func recipes(ctx context.Context, client *clientv3.Client) error {
	for _, part := range []func(context.Context, *clientv3.Client) error{
		mutexes, elections, transactions, namespaces, orderings, leasings, mirrors,
	} {
		if err := part(ctx, client); err != nil {
			return err
		}
	}
	return nil
}

func mutexes(ctx context.Context, client *clientv3.Client) error {
	first, err := concurrency.NewSession(client, concurrency.WithTTL(30))
	if err != nil {
		return err
	}
	second, err := concurrency.NewSession(client, concurrency.WithTTL(30))
	if err != nil {
		return err
	}
	held, wanted := concurrency.NewMutex(first, "door"), concurrency.NewMutex(second, "door")
	if err := held.Lock(ctx); err != nil {
		return err
	}
	fmt.Println("try:", wanted.TryLock(ctx))
	locked := make(chan error, 1)
	go func() { locked <- wanted.Lock(ctx) }()
	owner, err := client.Txn(ctx).If(held.IsOwner()).Commit()
	if err != nil {
		return err
	}
	fmt.Println("owner", owner.Succeeded)
	// The session's end revokes its lease, and that unlocks.
	if err := first.Close(); err != nil {
		return err
	}
	<-first.Done()
	if err := <-locked; err != nil {
		return err
	}
	fmt.Println("locked by the second")
	if err := wanted.Unlock(ctx); err != nil {
		return err
	}
	fmt.Println("unlocked again:", errors.Is(wanted.Unlock(ctx), concurrency.ErrLockReleased))
	return second.Close()
}

func elections(ctx context.Context, client *clientv3.Client) error {
	first, err := concurrency.NewSession(client)
	if err != nil {
		return err
	}
	second, err := concurrency.NewSession(client)
	if err != nil {
		return err
	}
	one, two := concurrency.NewElection(first, "chair"), concurrency.NewElection(second, "chair")
	_, err = one.Leader(ctx)
	fmt.Println("nobody:", err)
	if err := one.Campaign(ctx, "one"); err != nil {
		return err
	}
	elected := make(chan error, 1)
	go func() { elected <- two.Campaign(ctx, "two") }()
	observing, cancel := context.WithCancel(ctx)
	defer cancel()
	observed := two.Observe(observing)
	fmt.Printf("observed %s\n", (<-observed).Kvs[0].Value)
	if err := one.Proclaim(ctx, "still one"); err != nil {
		return err
	}
	fmt.Printf("observed %s\n", (<-observed).Kvs[0].Value)
	if err := one.Resign(ctx); err != nil {
		return err
	}
	if err := <-elected; err != nil {
		return err
	}
	leader, err := one.Leader(ctx)
	if err != nil {
		return err
	}
	fmt.Printf("leader %s, observed %s\n", leader.Kvs[0].Value, (<-observed).Kvs[0].Value)
	if err := first.Close(); err != nil {
		return err
	}
	return second.Close()
}

// Many move money to and fro; none is lost.
func transactions(ctx context.Context, client *clientv3.Client) error {
	for _, account := range []string{"bank/0", "bank/1", "bank/2"} {
		if _, err := client.Put(ctx, account, strings.Repeat("x", 10)); err != nil {
			return err
		}
	}
	for _, isolation := range []concurrency.Isolation{concurrency.SerializableSnapshot, concurrency.Serializable} {
		var tellers sync.WaitGroup
		failed := make(chan error, 6)
		for teller := range 6 {
			tellers.Go(func() {
				from, to := fmt.Sprint("bank/", teller%3), fmt.Sprint("bank/", (teller+1)%3)
				_, err := concurrency.NewSTM(client, func(stm concurrency.STM) error {
					source := stm.Get(from)
					if source == "" {
						return nil
					}
					stm.Put(to, stm.Get(to)+"x")
					stm.Put(from, source[1:])
					return nil
				}, concurrency.WithIsolation(isolation), concurrency.WithAbortContext(ctx))
				failed <- err
			})
		}
		tellers.Wait()
		close(failed)
		for err := range failed {
			if err != nil {
				return err
			}
		}
		accounts, err := client.Get(ctx, "bank/", clientv3.WithPrefix())
		if err != nil {
			return err
		}
		sum := 0
		for _, account := range accounts.Kvs {
			sum += len(account.Value)
		}
		fmt.Println("in the bank", sum)
	}
	return nil
}

func namespaces(ctx context.Context, client *clientv3.Client) error {
	kv := namespace.NewKV(client.KV, "team/")
	watcher := namespace.NewWatcher(client.Watcher, "team/")
	lease := namespace.NewLease(client.Lease, "team/")
	grant, err := lease.Grant(ctx, 60)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	events := watcher.Watch(ctx, "a")
	if _, err := kv.Put(ctx, "a", "within", clientv3.WithLease(grant.ID)); err != nil {
		return err
	}
	told, err := lease.TimeToLive(ctx, grant.ID, clientv3.WithAttachedKeys())
	if err != nil {
		return err
	}
	all, err := kv.Get(ctx, "\x00", clientv3.WithFromKey())
	if err != nil {
		return err
	}
	fmt.Printf("within: watched %s, leased %s, read %d\n", (<-events).Events[0].Kv.Key, told.Keys[0], len(all.Kvs))
	_, err = lease.Revoke(ctx, grant.ID)
	return err
}

func orderings(ctx context.Context, client *clientv3.Client) error {
	kv := ordering.NewKV(client.KV, func(clientv3.Op, clientv3.OpResponse, int64) error {
		return fmt.Errorf("an answer of the past")
	})
	for range 20 {
		if _, err := kv.Put(ctx, "order", "x"); err != nil {
			return err
		}
		if _, err := kv.Get(ctx, "order"); err != nil {
			return err
		}
		if _, err := kv.Get(ctx, "order", clientv3.WithSerializable()); err != nil {
			return err
		}
	}
	fmt.Println("in order")
	return nil
}

func leasings(ctx context.Context, client *clientv3.Client) error {
	first, closeFirst, err := leasing.NewKV(client, "leasing/")
	if err != nil {
		return err
	}
	defer closeFirst()
	second, closeSecond, err := leasing.NewKV(client, "leasing/")
	if err != nil {
		return err
	}
	defer closeSecond()
	if _, err := first.Put(ctx, "cached", "1"); err != nil {
		return err
	}
	for _, kv := range []clientv3.KV{first, first, second} {
		got, err := kv.Get(ctx, "cached")
		if err != nil {
			return err
		}
		fmt.Printf("cached %s\n", got.Kvs[0].Value)
	}
	// Takes the key from whoever leases it.
	if _, err := second.Put(ctx, "cached", "2"); err != nil {
		return err
	}
	got, err := first.Get(ctx, "cached")
	if err != nil {
		return err
	}
	fmt.Printf("cached %s\n", got.Kvs[0].Value)
	if _, err := first.Delete(ctx, "cached"); err != nil {
		return err
	}
	got, err = second.Get(ctx, "cached")
	if err != nil {
		return err
	}
	fmt.Println("deleted, left", len(got.Kvs))
	return nil
}

func mirrors(ctx context.Context, client *clientv3.Client) error {
	for i := 0; i < 1_500; i += 100 {
		operations := []clientv3.Op{}
		for j := i; j < i+100; j++ {
			operations = append(operations, clientv3.OpPut(fmt.Sprintf("mirror/%04d", j), ""))
		}
		if _, err := client.Txn(ctx).Then(operations...).Commit(); err != nil {
			return err
		}
	}
	syncer := mirror.NewSyncer(client, "mirror/", 0)
	answers, failed := syncer.SyncBase(ctx)
	count, parts := 0, 0
	for answer := range answers {
		count += len(answer.Kvs)
		parts++
	}
	if err := <-failed; err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	updates := syncer.SyncUpdates(ctx)
	if _, err := client.Delete(ctx, "mirror/1499"); err != nil {
		return err
	}
	for update := range updates {
		if err := update.Err(); err != nil {
			return err
		}
		for _, event := range update.Events {
			fmt.Printf("mirrored %d in %d, then %s %s\n", count, parts, event.Type, event.Kv.Key)
			return nil
		}
	}
	return fmt.Errorf("the mirror's watch ended early")
}
