// Reads and writes a log with etcd's own code, so that ours can be held against it.
//
//	waltext read FOLDER        prints what etcd finds, one line each
//	waltext write FOLDER       writes the log that the test knows
//	waltext append FOLDER N    opens a log for writing and appends N entries to it
package main

import (
	"crypto/sha256"
	"fmt"
	"os"
	"strconv"

	"go.uber.org/zap"
	"google.golang.org/protobuf/proto"

	"go.etcd.io/etcd/api/v3/etcdserverpb"
	"go.etcd.io/etcd/server/v3/storage/wal"
	"go.etcd.io/etcd/server/v3/storage/wal/walpb"
	"go.etcd.io/raft/v3/raftpb"
)

func main() {
	var err error
	switch os.Args[1] {
	case "read":
		err = read(os.Args[2])
	case "write":
		err = write(os.Args[2])
	case "append":
		count, _ := strconv.ParseUint(os.Args[3], 10, 64)
		err = appendTo(os.Args[2], count)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func newest(folder string) (*walpb.Snapshot, error) {
	snapshots, err := wal.ValidSnapshotEntries(zap.NewNop(), folder)
	if err != nil {
		return nil, err
	}
	for _, snapshot := range snapshots {
		fmt.Printf("snapshot %d/%d voters %v\n", snapshot.GetIndex(), snapshot.GetTerm(), snapshot.GetConfState().GetVoters())
	}
	if len(snapshots) == 0 {
		return nil, fmt.Errorf("no snapshot in %s", folder)
	}
	return snapshots[len(snapshots)-1], nil
}

func read(folder string) error {
	start, err := newest(folder)
	if err != nil {
		return err
	}
	if _, err = wal.Verify(zap.NewNop(), folder, start); err != nil {
		return err
	}
	log, err := wal.OpenForRead(zap.NewNop(), folder, start)
	if err != nil {
		return err
	}
	metadata, state, entries, err := log.ReadAll()
	if err != nil {
		return err
	}
	var owner etcdserverpb.Metadata
	if err = proto.Unmarshal(metadata, &owner); err != nil {
		return err
	}
	fmt.Printf("owner %x %x\n", owner.GetNodeID(), owner.GetClusterID())
	fmt.Printf("state term %d vote %d commit %d\n", state.GetTerm(), state.GetVote(), state.GetCommit())
	for _, entry := range entries {
		fmt.Printf("entry %d/%d type %d bytes %d sum %x\n", entry.GetIndex(), entry.GetTerm(), entry.GetType(),
			len(entry.GetData()), sha256.Sum256(entry.GetData()))
	}
	return nil
}

func entry(term, index uint64, size int) *raftpb.Entry {
	data := make([]byte, size)
	for at := range data {
		data[at] = byte(index*31 + term + uint64(at)*7)
	}
	return &raftpb.Entry{Term: &term, Index: &index, Data: data}
}

func state(term, commit uint64) *raftpb.HardState {
	vote := uint64(7)
	return &raftpb.HardState{Term: &term, Vote: &vote, Commit: &commit}
}

func write(folder string) error {
	wal.SegmentSizeBytes = 16 * 1024
	member, cluster := uint64(0x8e9e05c52164694d), uint64(0xcdf818194e3a8c32)
	metadata, err := proto.Marshal(&etcdserverpb.Metadata{NodeID: &member, ClusterID: &cluster})
	if err != nil {
		return err
	}
	log, err := wal.Create(zap.NewNop(), folder, metadata)
	if err != nil {
		return err
	}
	for index := uint64(1); index <= 60; index++ {
		if err = log.Save(state(1, index-1), []*raftpb.Entry{entry(1, index, int(index*37%2000))}); err != nil {
			return err
		}
	}
	two := []*raftpb.Entry{entry(2, 60, 50), entry(2, 61, 0)}
	if err = log.Save(state(2, 59), two); err != nil {
		return err
	}
	index, term := uint64(40), uint64(1)
	voters := &raftpb.ConfState{Voters: []uint64{member}}
	if err = log.SaveSnapshot(&walpb.Snapshot{Index: &index, Term: &term, ConfState: voters}); err != nil {
		return err
	}
	received, later := uint64(100), uint64(3)
	if err = log.SaveSnapshot(&walpb.Snapshot{Index: &received, Term: &later, ConfState: voters}); err != nil {
		return err
	}
	if err = log.Save(state(3, 101), []*raftpb.Entry{entry(3, 101, 10), entry(3, 102, 20)}); err != nil {
		return err
	}
	return log.Close()
}

func appendTo(folder string, count uint64) error {
	start, err := newest(folder)
	if err != nil {
		return err
	}
	log, err := wal.Open(zap.NewNop(), folder, start)
	if err != nil {
		return err
	}
	_, last, entries, err := log.ReadAll()
	if err != nil {
		return err
	}
	index := start.GetIndex() + uint64(len(entries))
	for ; count > 0; count-- {
		index++
		if err = log.Save(last, []*raftpb.Entry{entry(last.GetTerm(), index, 100)}); err != nil {
			return err
		}
	}
	return log.Close()
}
