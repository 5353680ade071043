// The loads that etcd's own load tool does not have, put on any server through etcd's Go client. Prints one line of
// JSON: what was measured, with latencies in milliseconds.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"
)

// outcome is the printed line. Fields that a load does not measure stay out.
type outcome struct {
	Requests   int                `json:"requests"`
	Seconds    float64            `json:"seconds"`
	Errors     int                `json:"errors"`
	FirstError string             `json:"first_error,omitempty"`
	P50        float64            `json:"p50_ms"`
	P99        float64            `json:"p99_ms"`
	Max        float64            `json:"max_ms"`
	CPUSeconds float64            `json:"cpu_seconds"`
	More       map[string]float64 `json:"more,omitempty"`
}

var (
	endpoint    = flag.String("endpoint", "127.0.0.1:2379", "the server")
	pids        = flag.String("pids", "", "the servers' processes, whose CPU time is read around the load")
	members     = flag.String("members", "", "addresses of all members, for the load that finds the leader")
	member      = flag.String("member", "", "the address of the member that catches up")
	sign        = flag.String("sign", "", "a file that is made when that member is to be started")
	conns       = flag.Int("conns", 1, "connections")
	clients     = flag.Int("clients", 1, "clients, spread over the connections")
	total       = flag.Int("total", 1000, "requests in all")
	keys        = flag.Int("keys", 1000, "keys")
	prefix      = flag.String("prefix", "list-", "what keys begin with")
	valueSize   = flag.Int("value-size", 256, "bytes of a value")
	pageSize    = flag.Int64("page", 500, "keys of a page")
	watchers    = flag.Int("watchers", 1000, "watchers")
	streams     = flag.Int("streams", 10, "watch streams, one connection for ten")
	rate        = flag.Float64("rate", 500, "puts per second, sent on schedule whatever the answers do")
	seconds     = flag.Float64("seconds", 5, "how long a steady load lasts at least")
	during      = flag.String("during", "nothing", "what runs beside the puts: nothing, snapshot, compact, defrag or catchup")
	leases      = flag.Int("leases", 100000, "leases that are kept alive")
	batch       = flag.Int("batch", 5000, "leases that expire together")
	ttl         = flag.Int64("ttl", 60, "seconds a lease lives without a keepalive")
	patience    = flag.Duration("patience", 3*time.Minute, "how long anything may take")
	loadsByName = map[string]func() (outcome, error){
		"first-put": firstPut,
		"first-get": firstGet,
		"fill":      fill,
		"pages":     pages,
		"grant":     grant,
		"watch":     watch,
		"steady":    steady,
		"leases":    expire,
		"leader":    leader,
	}
)

func main() {
	if len(os.Args) < 2 || loadsByName[os.Args[1]] == nil {
		fail(fmt.Errorf("the first argument names the load"))
	}
	if err := flag.CommandLine.Parse(os.Args[2:]); err != nil {
		fail(err)
	}
	measured, err := loadsByName[os.Args[1]]()
	if err != nil {
		fail(err)
	}
	line, err := json.Marshal(measured)
	if err != nil {
		fail(err)
	}
	fmt.Println(string(line))
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func connect(count int) ([]*clientv3.Client, error) {
	connected := make([]*clientv3.Client, count)
	for i := range connected {
		client, err := connectTo(*endpoint)
		if err != nil {
			return nil, err
		}
		connected[i] = client
	}
	return connected, nil
}

func connectTo(address string) (*clientv3.Client, error) {
	return clientv3.New(clientv3.Config{
		Endpoints: []string{address}, DialTimeout: 30 * time.Second, Logger: zap.NewNop()})
}

// serverCPU reads the user and system seconds of all servers.
func serverCPU() float64 {
	sum := 0.0
	for _, pid := range strings.Split(*pids, ",") {
		sum += processCPU(pid)
	}
	return sum
}

// processCPU reads those of one. The program's name may hold blanks, so fields are counted behind its closing
// parenthesis.
func processCPU(pid string) float64 {
	stat, err := os.ReadFile("/proc/" + pid + "/stat")
	if err != nil {
		return 0
	}
	text := string(stat)
	fields := strings.Fields(text[strings.LastIndexByte(text, ')')+1:])
	user, _ := strconv.ParseFloat(fields[11], 64)
	system, _ := strconv.ParseFloat(fields[12], 64)
	return (user + system) / 100
}

// latencies gathers what many clients measure.
type latencies struct {
	mutex      sync.Mutex
	values     []time.Duration
	errors     int
	firstError string
}

func (l *latencies) add(latency time.Duration, err error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if err != nil {
		l.errors++
		if l.firstError == "" {
			l.firstError = err.Error()
		}
		return
	}
	l.values = append(l.values, latency)
}

// outcome sorts what was gathered.
func (l *latencies) outcome(elapsed time.Duration, cpu float64) outcome {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	sort.Slice(l.values, func(i, j int) bool { return l.values[i] < l.values[j] })
	return outcome{
		Requests: len(l.values), Seconds: elapsed.Seconds(), Errors: l.errors, FirstError: l.firstError,
		P50: l.at(0.50), P99: l.at(0.99), Max: l.at(1), CPUSeconds: cpu,
	}
}

// at answers a quantile in milliseconds by nearest rank.
func (l *latencies) at(quantile float64) float64 {
	if len(l.values) == 0 {
		return 0
	}
	rank := int(quantile*float64(len(l.values))+0.999999) - 1
	rank = min(max(rank, 0), len(l.values)-1)
	return float64(l.values[rank].Microseconds()) / 1000
}

// closedLoop has each client send its next request when the last one is answered.
func closedLoop(connected []*clientv3.Client, request func(client *clientv3.Client, number int) error) outcome {
	measured := &latencies{}
	numbers := make(chan int, *clients)
	var running sync.WaitGroup
	before, began := serverCPU(), time.Now()
	for i := range *clients {
		running.Add(1)
		go func() {
			defer running.Done()
			for number := range numbers {
				sent := time.Now()
				err := request(connected[i%len(connected)], number)
				measured.add(time.Since(sent), err)
			}
		}()
	}
	for number := range *total {
		numbers <- number
	}
	close(numbers)
	running.Wait()
	return measured.outcome(time.Since(began), serverCPU()-before)
}
