// Makes a folder equal to a checkout the way an operator without a manifest does: a full staging copy on the live volume,
// SHA-256 of both sides of every file, a merge, and a walk for orphans. Written for comparison; it is not crash-safe.
//
//	sync CHECKOUT TARGET
package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

const staging = ".staging"

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: sync CHECKOUT TARGET")
		os.Exit(2)
	}
	startedAt := time.Now()
	if err := converge(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	json.NewEncoder(os.Stdout).Encode(map[string]any{
		"ms":         float64(time.Since(startedAt).Microseconds()) / 1000,
		"cpuSeconds": seconds(usage.Utime) + seconds(usage.Stime),
		"peakBytes":  peakBytes(),
	})
}

// peakBytes is of this process alone: what getrusage answers begins with the memory of the one that started it.
func peakBytes() int64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	var kibibytes int64
	for _, line := range strings.Split(string(status), "\n") {
		if strings.HasPrefix(line, "VmHWM:") {
			fmt.Sscanf(strings.TrimPrefix(line, "VmHWM:"), "%d", &kibibytes)
		}
	}
	return kibibytes * 1024
}

func seconds(value syscall.Timeval) float64 {
	return float64(value.Sec) + float64(value.Usec)/1e6
}

func converge(checkout, target string) error {
	stage := filepath.Join(target, staging)
	if err := os.MkdirAll(target, 0o755); err != nil {
		return err
	}
	if err := os.RemoveAll(stage); err != nil {
		return err
	}
	if err := eachFile(checkout, func(path string) error {
		return copyFile(filepath.Join(checkout, path), filepath.Join(stage, path))
	}); err != nil {
		return err
	}
	wanted := map[string]bool{}
	if err := eachFile(stage, func(path string) error {
		wanted[path] = true
		return merge(filepath.Join(stage, path), filepath.Join(target, path))
	}); err != nil {
		return err
	}
	if err := eachFile(target, func(path string) error {
		if wanted[path] {
			return nil
		}
		return os.Remove(filepath.Join(target, path))
	}); err != nil {
		return err
	}
	return os.RemoveAll(stage)
}

// eachFile visits every regular file below root but those of git and of the stage, by its path from root.
func eachFile(root string, visit func(path string) error) error {
	return filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && path != root && (entry.Name() == ".git" || entry.Name() == staging) {
			return filepath.SkipDir
		}
		if !entry.Type().IsRegular() {
			return nil
		}
		relative, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		return visit(relative)
	})
}

func merge(staged, live string) error {
	stagedSum, err := sumOf(staged)
	if err != nil {
		return err
	}
	liveSum, err := sumOf(live)
	if err == nil && liveSum == stagedSum {
		return nil
	}
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	return copyFile(staged, live)
}

func sumOf(path string) ([sha256.Size]byte, error) {
	var sum [sha256.Size]byte
	file, err := os.Open(path)
	if err != nil {
		return sum, err
	}
	defer file.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, file); err != nil {
		return sum, err
	}
	copy(sum[:], hash.Sum(nil))
	return sum, nil
}

func copyFile(from, to string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	defer source.Close()
	temporary := to + ".tmp"
	copied, err := os.Create(temporary)
	if err != nil {
		return err
	}
	if _, err := io.Copy(copied, source); err != nil {
		copied.Close()
		return err
	}
	if err := copied.Close(); err != nil {
		return err
	}
	return os.Rename(temporary, to)
}
