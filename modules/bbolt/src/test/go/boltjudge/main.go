// The real bbolt: checks and reads files that we wrote, changes them, and writes files for us to read.
//
//	boltjudge digest <file>          checks the file; prints each bucket, its items' number and their SHA-256
//	boltjudge dump <file>            prints each pair
//	boltjudge change <file> <seed>   adds, replaces and deletes pairs of each bucket, and adds and deletes buckets
//	boltjudge trim <file>            deletes the last pair of each bucket, three times
//	boltjudge write <file> <page>    makes a file with pages of that size and buckets of all kinds
//	boltjudge copy <file> <to>       makes the same file by bbolt's own compaction; prints its size
package main

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"log"
	"math"
	"math/rand"
	"os"
	"strconv"

	"go.etcd.io/bbolt"
)

func main() {
	log.SetFlags(0)
	file := os.Args[2]
	switch os.Args[1] {
	case "digest":
		read(file, digest)
	case "dump":
		read(file, dump)
	case "change":
		change(file, number(os.Args[3]))
	case "trim":
		trim(file)
	case "write":
		write(file, number(os.Args[3]))
	case "copy":
		compact(file, os.Args[3])
	default:
		log.Fatalf("no such command: %s", os.Args[1])
	}
}

func number(text string) int64 {
	value, err := strconv.ParseInt(text, 10, 64)
	must(err)
	return value
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func read(file string, show func(path string, bucket *bbolt.Bucket)) {
	db, err := bbolt.Open(file, 0o400, &bbolt.Options{ReadOnly: true})
	must(err)
	must(db.View(func(tx *bbolt.Tx) error {
		check(tx)
		return tx.ForEach(func(name []byte, bucket *bbolt.Bucket) error {
			show(hex.EncodeToString(name), bucket)
			return nil
		})
	}))
	must(db.Close())
}

func check(tx *bbolt.Tx) {
	bad := false
	for err := range tx.Check() {
		fmt.Println("bad:", err)
		bad = true
	}
	if bad {
		os.Exit(1)
	}
}

func digest(path string, bucket *bbolt.Bucket) {
	sum := sha256.New()
	items := 0
	must(bucket.ForEach(func(key, value []byte) error {
		items++
		length := uint32(len(value))
		if value == nil {
			length = math.MaxUint32
		}
		sum.Write(binary.BigEndian.AppendUint32(nil, uint32(len(key))))
		sum.Write(key)
		sum.Write(binary.BigEndian.AppendUint32(nil, length))
		sum.Write(value)
		return nil
	}))
	fmt.Println(path, items, hex.EncodeToString(sum.Sum(nil)))
	must(bucket.ForEachBucket(func(name []byte) error {
		digest(path+"/"+hex.EncodeToString(name), bucket.Bucket(name))
		return nil
	}))
}

func dump(path string, bucket *bbolt.Bucket) {
	must(bucket.ForEach(func(key, value []byte) error {
		fmt.Println(path, hex.EncodeToString(key), hex.EncodeToString(value))
		return nil
	}))
}

func change(file string, seed int64) {
	random := rand.New(rand.NewSource(seed))
	db, err := bbolt.Open(file, 0o600, nil)
	must(err)
	for round := 0; round < 3; round++ {
		must(db.Update(func(tx *bbolt.Tx) error {
			var names [][]byte
			must(tx.ForEach(func(name []byte, _ *bbolt.Bucket) error {
				names = append(names, append([]byte{}, name...))
				return nil
			}))
			for i, name := range names {
				if i%5 == 4 {
					must(tx.DeleteBucket(name))
				} else {
					changeBucket(tx.Bucket(name), random)
				}
			}
			added, err := tx.CreateBucketIfNotExists(fmt.Appendf(nil, "added-%d", round))
			must(err)
			return added.Put([]byte("small"), []byte("inline"))
		}))
	}
	must(db.View(func(tx *bbolt.Tx) error {
		check(tx)
		return nil
	}))
	must(db.Close())
}

func trim(file string) {
	db, err := bbolt.Open(file, 0o600, nil)
	must(err)
	for round := 0; round < 3; round++ {
		must(db.Update(func(tx *bbolt.Tx) error {
			return tx.ForEach(func(_ []byte, bucket *bbolt.Bucket) error {
				key, _ := bucket.Cursor().Last()
				return bucket.Delete(key)
			})
		}))
	}
	must(db.View(func(tx *bbolt.Tx) error {
		check(tx)
		return nil
	}))
	must(db.Close())
}

// Deletes runs of keys, so that pages empty and merge, the last ones first of all.
func changeBucket(bucket *bbolt.Bucket, random *rand.Rand) {
	var keys [][]byte
	must(bucket.ForEach(func(key, _ []byte) error {
		keys = append(keys, append([]byte{}, key...))
		return nil
	}))
	from := len(keys) - random.Intn(len(keys)/10+2)
	for i, key := range keys {
		switch {
		case i >= from || i%7 == 3 || (i/50)%4 == 1:
			must(bucket.Delete(key))
		case i%11 == 0:
			value := make([]byte, random.Intn(9000))
			random.Read(value)
			must(bucket.Put(key, value))
		}
	}
	for i := 0; i < len(keys)/3; i++ {
		key := make([]byte, 1+random.Intn(40))
		random.Read(key)
		must(bucket.Put(key, key))
	}
}

func write(file string, page int64) {
	random := rand.New(rand.NewSource(page))
	db, err := bbolt.Open(file, 0o600, &bbolt.Options{PageSize: int(page), NoFreelistSync: page != 4096})
	must(err)
	fill := func(bucket *bbolt.Bucket, pairs, size int) {
		for i := 0; i < pairs; i++ {
			value := make([]byte, random.Intn(size+1))
			random.Read(value)
			must(bucket.Put(binary.BigEndian.AppendUint64(nil, random.Uint64()), value))
		}
	}
	for round := 0; round < 3; round++ {
		must(db.Update(func(tx *bbolt.Tx) error {
			for name, pairs := range map[string]int{"empty": 0, "inline": 3, "leaf": 40, "deep": 20_000} {
				bucket, err := tx.CreateBucketIfNotExists([]byte(name))
				must(err)
				fill(bucket, pairs, 60)
				must(bucket.SetSequence(uint64(round) + 7))
			}
			large, err := tx.CreateBucketIfNotExists([]byte("large"))
			must(err)
			fill(large, 30, 300_000)
			outer, err := tx.CreateBucketIfNotExists([]byte("outer"))
			must(err)
			fill(outer, 200, 30)
			inner, err := outer.CreateBucketIfNotExists([]byte("inner"))
			must(err)
			fill(inner, 2, 30)
			return nil
		}))
	}
	must(db.Close())
}

func compact(file, to string) {
	from, err := bbolt.Open(file, 0o400, &bbolt.Options{ReadOnly: true})
	must(err)
	db, err := bbolt.Open(to, 0o600, nil)
	must(err)
	must(bbolt.Compact(db, from, 1<<20))
	must(db.View(func(tx *bbolt.Tx) error {
		fmt.Println(tx.Size())
		return nil
	}))
	must(db.Close())
	must(from.Close())
}
