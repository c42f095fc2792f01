// Checks a checkpoint and two proofs of Glasklar's ledger with the code that checks Go's own
// checksum database, so that nothing of Glasklar vouches for itself. The only argument is a JSON
// file as described by evidence. Exits 0 when everything holds; otherwise prints what does not
// and exits 1.
package main

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// evidence is what the server said. Bytes are in standard base64.
type evidence struct {
	VerifierKey string `json:"verifier_key"`
	Note        string `json:"note"`
	Inclusion   struct {
		Index  int64    `json:"index"`
		Leaf   []byte   `json:"leaf"`
		Hashes [][]byte `json:"hashes"`
	} `json:"inclusion"`
	Consistency struct {
		OldSize int64    `json:"old_size"`
		OldRoot []byte   `json:"old_root"`
		Hashes  [][]byte `json:"hashes"`
	} `json:"consistency"`
}

func main() {
	if err := run(); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println("everything holds")
}

func run() error {
	if len(os.Args) != 2 {
		return errors.New("usage: verify FILE")
	}
	text, err := os.ReadFile(os.Args[1])
	if err != nil {
		return err
	}
	var said evidence
	if err := json.Unmarshal(text, &said); err != nil {
		return fmt.Errorf("input: %w", err)
	}
	tree, err := open(said.Note, said.VerifierKey)
	if err != nil {
		return fmt.Errorf("note: %w", err)
	}
	path, err := hashes(said.Inclusion.Hashes)
	if err != nil {
		return fmt.Errorf("inclusion: %w", err)
	}
	leaf := tlog.RecordHash(said.Inclusion.Leaf)
	err = tlog.CheckRecord(tlog.RecordProof(path), tree.N, tree.Hash, said.Inclusion.Index, leaf)
	if err != nil {
		return fmt.Errorf("inclusion: %w", err)
	}
	proof, err := hashes(said.Consistency.Hashes)
	if err != nil {
		return fmt.Errorf("consistency: %w", err)
	}
	old, err := hash(said.Consistency.OldRoot)
	if err != nil {
		return fmt.Errorf("consistency: %w", err)
	}
	err = tlog.CheckTree(tlog.TreeProof(proof), tree.N, tree.Hash, said.Consistency.OldSize, old)
	if err != nil {
		return fmt.Errorf("consistency: %w", err)
	}
	return nil
}

// open checks the signature of a checkpoint and returns the tree it signs.
func open(signed, key string) (tlog.Tree, error) {
	verifier, err := note.NewVerifier(key)
	if err != nil {
		return tlog.Tree{}, err
	}
	opened, err := note.Open([]byte(signed), note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 3 {
		return tlog.Tree{}, errors.New("a checkpoint has an origin, a size and a root line")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	root, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil {
		return tlog.Tree{}, err
	}
	top, err := hash(root)
	return tlog.Tree{N: size, Hash: top}, err
}

func hashes(all [][]byte) ([]tlog.Hash, error) {
	var found []tlog.Hash
	for _, one := range all {
		next, err := hash(one)
		if err != nil {
			return nil, err
		}
		found = append(found, next)
	}
	return found, nil
}

func hash(bytes []byte) (tlog.Hash, error) {
	var found tlog.Hash
	if len(bytes) != len(found) {
		return found, fmt.Errorf("a hash has %d bytes, found %d", len(found), len(bytes))
	}
	copy(found[:], bytes)
	return found, nil
}
