package main

import (
	"fmt"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unsafe"

	"github.com/cockroachdb/datadriven"
	"go.etcd.io/raft/v3"
	"go.etcd.io/raft/v3/raftpb"
	"go.etcd.io/raft/v3/rafttest"
	"google.golang.org/protobuf/proto"
)

const panicked = "panic\n"

// cluster is one environment, and what our own directives add to it.
type cluster struct {
	env *rafttest.InteractionEnv
	// Election timeouts by member: raft draws a new one now and then, which is put back after each directive.
	held    map[int]int
	limits  datadriven.TestData
	stopped bool
}

func newCluster() *cluster {
	c := &cluster{held: map[int]int{}}
	c.env = rafttest.NewInteractionEnv(&rafttest.InteractionOpts{
		OnConfig:                     c.configure,
		SetRandomizedElectionTimeout: setElectionTimeout,
	})
	return c
}

// The timeout is no exported field, and its chance is not seeded.
func setElectionTimeout(node *raft.RawNode, ticks int) {
	field := reflect.ValueOf(node).Elem().FieldByName("raft").Elem().FieldByName("randomizedElectionTimeout")
	*(*int)(unsafe.Pointer(field.UnsafeAddr())) = ticks
}

// run carries out a directive in a goroutine of its own, since a directive that the environment finds malformed ends it.
func (c *cluster) run(directive datadriven.TestData) string {
	if c.stopped {
		return panicked
	}
	answer := make(chan string)
	go func() {
		text := panicked
		defer func() {
			if recover() != nil {
				text = panicked
			}
			c.stopped = text == panicked
			answer <- text
		}()
		text = c.handle(directive)
		for index, ticks := range c.held {
			setElectionTimeout(c.env.Nodes[index].RawNode, ticks)
		}
	}()
	text := <-answer
	if !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	return plain(readableReads(text))
}

var protoText = regexp.MustCompile(`(?m)^.* attempted to restore snapshot but it is not in the ConfState .*$`)
var spaces = regexp.MustCompile(`([^ ]) +`)

// plain takes out the spaces that Go's text of a proto message has here and there, on purpose and by chance.
func plain(text string) string {
	return protoText.ReplaceAllStringFunc(text, func(line string) string {
		return spaces.ReplaceAllString(line, "$1 ")
	})
}

var readStates = regexp.MustCompile(`(?m)^\s*ReadStates .*$`)
var readState = regexp.MustCompile(`\{(\d+) \[([\d ]*)\]\}`)

// readableReads writes the contexts of answered reads as text instead of a list of bytes.
func readableReads(text string) string {
	return readStates.ReplaceAllStringFunc(text, func(line string) string {
		return readState.ReplaceAllStringFunc(line, func(state string) string {
			parts := readState.FindStringSubmatch(state)
			var context []byte
			for _, number := range strings.Fields(parts[2]) {
				b, _ := strconv.Atoi(number)
				context = append(context, byte(b))
			}
			return fmt.Sprintf("{%s %q}", parts[1], context)
		})
	})
}

func (c *cluster) handle(d datadriven.TestData) string {
	own := map[string]func(datadriven.TestData) error{
		"bootstrap-node":        c.bootstrap,
		"deliver-msg":           c.deliver,
		"delay-msg":             c.delay,
		"drop-msg":              c.drop,
		"duplicate-msg":         c.duplicate,
		"hold-election-timeout": c.hold,
		"read-index":            c.readIndex,
		"report-snapshot":       c.reportSnapshot,
		"restart":               c.restart,
	}[d.Cmd]
	if own == nil {
		return c.environments(d)
	}
	c.env.Output.Reset()
	if err := own(d); err != nil {
		c.env.Output.WriteString(err.Error())
	}
	if c.env.Output.Len() == 0 {
		return "ok"
	}
	return c.env.Output.String()
}

func (c *cluster) environments(d datadriven.TestData) string {
	before := len(c.env.Nodes)
	c.limits = d
	text := c.env.Handle(&testing.T{}, d)
	for i := before; i < len(c.env.Nodes); i++ {
		c.env.Nodes[i].Storage = &storage{Storage: c.env.Nodes[i].Storage, node: &c.env.Nodes[i]}
	}
	// A slice that grew moved its nodes.
	for i := range c.env.Nodes {
		c.env.Nodes[i].Storage.(*storage).node = &c.env.Nodes[i]
	}
	return text
}

// configure sets what the environment's add-nodes has no words for.
func (c *cluster) configure(config *raft.Config) {
	for _, argument := range c.limits.CmdArgs {
		if len(argument.Vals) != 1 {
			continue
		}
		value, _ := strconv.ParseUint(argument.Vals[0], 10, 64)
		switch argument.Key {
		case "max-size-per-message":
			config.MaxSizePerMsg = value
		case "max-uncommitted-size":
			config.MaxUncommittedEntriesSize = value
		case "max-inflight-bytes":
			config.MaxInflightBytes = value
		case "disable-proposal-forwarding":
			config.DisableProposalForwarding = argument.Vals[0] == "true"
		}
	}
}

// storage keeps an installed snapshot among the versions that its member can send on.
type storage struct {
	rafttest.Storage
	node *rafttest.Node
}

func (s *storage) ApplySnapshot(snapshot *raftpb.Snapshot) error {
	if err := s.Storage.ApplySnapshot(snapshot); err != nil {
		return err
	}
	s.node.History = append(s.node.History, snapshot)
	return nil
}

// recovered is what a restarted member finds: its storage, and the configuration at the last applied index.
type recovered struct {
	rafttest.Storage
	confState *raftpb.ConfState
}

func (s recovered) InitialState() (*raftpb.HardState, *raftpb.ConfState, error) {
	hardState, _, err := s.Storage.InitialState()
	return hardState, s.confState, err
}

func number(d datadriven.TestData, place int) int {
	value, err := strconv.Atoi(d.CmdArgs[place].Key)
	if err != nil {
		panic(err)
	}
	return value
}

func (c *cluster) node(d datadriven.TestData) *rafttest.Node {
	return &c.env.Nodes[number(d, 0)-1]
}

func (c *cluster) hold(d datadriven.TestData) error {
	var ticks int
	d.ScanArgs(&testing.T{}, "timeout", &ticks)
	c.held[number(d, 0)-1] = ticks
	return nil
}

func (c *cluster) readIndex(d datadriven.TestData) error {
	c.node(d).ReadIndex([]byte(d.CmdArgs[1].Key))
	return nil
}

func (c *cluster) reportSnapshot(d datadriven.TestData) error {
	outcome := raft.SnapshotFailure
	if len(d.CmdArgs) > 2 && d.CmdArgs[2].Vals[0] == "true" {
		outcome = raft.SnapshotFinish
	}
	c.node(d).ReportSnapshot(uint64(number(d, 1)), outcome)
	return nil
}

func (c *cluster) bootstrap(d datadriven.TestData) error {
	add := datadriven.TestData{Cmd: "add-nodes", CmdArgs: []datadriven.CmdArg{{Key: "1"}}}
	var peers []raft.Peer
	for _, argument := range d.CmdArgs {
		if argument.Key != "peers" {
			add.CmdArgs = append(add.CmdArgs, argument)
			continue
		}
		for _, id := range argument.Vals {
			peer, err := strconv.ParseUint(id, 10, 64)
			if err != nil {
				return err
			}
			peers = append(peers, raft.Peer{ID: peer, Context: []byte("peer-" + id)})
		}
	}
	if text := c.environments(add); !strings.HasPrefix(text, "INFO") && text != "ok" {
		return fmt.Errorf("%s", text)
	}
	return c.env.Nodes[len(c.env.Nodes)-1].Bootstrap(peers)
}

// restart makes a member anew from what its storage has and what it applied up to an index. What was on its way
// between it and its own disk is lost with it.
func (c *cluster) restart(d datadriven.TestData) error {
	index := number(d, 0) - 1
	old := &c.env.Nodes[index]
	var applied uint64
	if len(d.CmdArgs) > 1 {
		d.ScanArgs(&testing.T{}, "applied", &applied)
	}
	var history []*raftpb.Snapshot
	for _, version := range old.History {
		if version.GetMetadata().GetIndex() <= applied {
			history = append(history, version)
		}
	}
	confState := history[len(history)-1].GetMetadata().GetConfState()
	config := *old.Config
	config.Applied = applied
	config.Storage = recovered{Storage: old.Storage, confState: confState}
	old.History = history
	node, err := raft.NewRawNode(&config)
	if err != nil {
		return err
	}
	*old = rafttest.Node{RawNode: node, Storage: old.Storage, Config: &config, History: history}
	var messages []*raftpb.Message
	for _, message := range c.env.Messages {
		if !local(message) || message.GetTo() != uint64(index+1) {
			messages = append(messages, message)
		}
	}
	c.env.Messages = messages
	return nil
}

func local(message *raftpb.Message) bool {
	return message.GetFrom() == message.GetTo() ||
		raft.IsLocalMsgTarget(message.GetFrom()) || raft.IsLocalMsgTarget(message.GetTo())
}

// take removes one of the messages on their way between members that exist; the choice wraps around.
func (c *cluster) take(d datadriven.TestData, prefix string) *raftpb.Message {
	var places []int
	for place, message := range c.env.Messages {
		if !local(message) && message.GetTo() > 0 && message.GetTo() <= uint64(len(c.env.Nodes)) {
			places = append(places, place)
		}
	}
	if len(places) == 0 {
		c.env.Output.WriteString("no messages\n")
		return nil
	}
	place := places[number(d, 0)%len(places)]
	message := c.env.Messages[place]
	rest := append([]*raftpb.Message{}, c.env.Messages[:place]...)
	c.env.Messages = append(rest, c.env.Messages[place+1:]...)
	c.env.Output.WriteString(prefix)
	c.env.Output.WriteString(raft.DescribeMessage(message, nil) + "\n")
	return message
}

func (c *cluster) deliver(d datadriven.TestData) error {
	message := c.take(d, "")
	if message == nil {
		return nil
	}
	if err := c.env.Nodes[message.GetTo()-1].Step(message); err != nil {
		c.env.Output.WriteString(err.Error() + "\n")
	}
	return nil
}

func (c *cluster) delay(d datadriven.TestData) error {
	if message := c.take(d, "delayed: "); message != nil {
		c.env.Messages = append(c.env.Messages, message)
	}
	return nil
}

func (c *cluster) drop(d datadriven.TestData) error {
	c.take(d, "dropped: ")
	return nil
}

// duplicate puts a message and its copy behind all others.
func (c *cluster) duplicate(d datadriven.TestData) error {
	if message := c.take(d, "duplicated: "); message != nil {
		c.env.Messages = append(c.env.Messages, message, proto.Clone(message).(*raftpb.Message))
	}
	return nil
}
