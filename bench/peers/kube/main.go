// The job of bench/kube with controller-runtime: caches the ConfigMaps of a namespace, reconciles each of them, and tells
// what that took, as lines of JSON. Ends when its standard input does. All is as it comes,
// but the client-side limit of requests is off, and managedFields are dropped before they are stored.
//
//	kube cache|read|write NAMESPACE OBJECTS
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"sync"

	"github.com/go-logr/logr"
	"golang.org/x/sys/unix"
	corev1 "k8s.io/api/core/v1"
	corev1ac "k8s.io/client-go/applyconfigurations/core/v1"
	"k8s.io/client-go/tools/clientcmd"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/metrics/server"
)

const workers = 20

var pid = strconv.Itoa(os.Getpid())

func main() {
	if len(os.Args) != 4 {
		fail(fmt.Errorf("usage: kube cache|read|write NAMESPACE OBJECTS"))
	}
	objects, err := strconv.Atoi(os.Args[3])
	if err == nil {
		err = run(os.Args[1], os.Args[2], objects)
	}
	if err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func run(mode, namespace string, objects int) error {
	startedAt := monotonic()
	log.SetLogger(logr.Discard())
	config, err := clientcmd.BuildConfigFromFlags("", os.Getenv("KUBECONFIG"))
	if err != nil {
		return err
	}
	config.QPS = -1
	manager, err := ctrl.NewManager(config, ctrl.Options{
		Metrics: server.Options{BindAddress: "0"},
		Cache: cache.Options{
			DefaultNamespaces: map[string]cache.Config{namespace: {}},
			DefaultTransform:  cache.TransformStripManagedFields(),
		},
	})
	if err != nil {
		return err
	}
	reconciles := newReconciles(objects)
	if mode != "cache" {
		reconciler := &reconciler{client: manager.GetClient(), writes: mode == "write", reconciles: reconciles}
		err = ctrl.NewControllerManagedBy(manager).For(&corev1.ConfigMap{}).
			WithOptions(controller.Options{MaxConcurrentReconciles: workers}).Complete(reconciler)
		if err != nil {
			return err
		}
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- manager.Start(ctx) }()
	if _, err := manager.GetCache().GetInformer(ctx, &corev1.ConfigMap{}); err != nil {
		return err
	}
	say(map[string]any{"event": "cached", "ms": monotonic() - startedAt, "peakBytes": peakBytes()})
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
		return err
	}
	reconciles.tell()
	stop()
	return <-ended
}

type reconciler struct {
	client     client.Client
	writes     bool
	reconciles *reconciles
}

func (r *reconciler) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	calledAt := monotonic()
	object := &corev1.ConfigMap{}
	if err := r.client.Get(ctx, request.NamespacedName, object); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if r.writes {
		written := corev1ac.ConfigMap(request.Name, request.Namespace+"-out").WithData(map[string]string{"writer": pid})
		if err := r.client.Apply(ctx, written, client.FieldOwner("bench"), client.ForceOwnership); err != nil {
			return ctrl.Result{}, err
		}
	}
	r.reconciles.add(object.Data["change"], calledAt)
	return ctrl.Result{}, nil
}

// reconciles counts the first round over all objects, and notes when each later change was seen first.
type reconciles struct {
	mutex   sync.Mutex
	objects int
	count   int
	firstAt float64
	seen    map[string]float64
}

func newReconciles(objects int) *reconciles {
	return &reconciles{objects: objects, seen: map[string]float64{}}
}

func (r *reconciles) add(change string, calledAt float64) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.count++
	if r.count == 1 {
		r.firstAt = calledAt
	}
	if r.count == r.objects {
		say(map[string]any{"event": "reconciled", "ms": monotonic() - r.firstAt})
	}
	if _, known := r.seen[change]; change != "" && !known {
		r.seen[change] = calledAt
	}
}

// tell says at what time each change was first reconciled.
func (r *reconciles) tell() {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	say(map[string]any{"event": "seen", "at": r.seen})
}

func say(line map[string]any) {
	if err := json.NewEncoder(os.Stdout).Encode(line); err != nil {
		fail(err)
	}
}

// monotonic is in milliseconds on the clock that all processes of a machine share and nobody sets.
func monotonic() float64 {
	var now unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &now); err != nil {
		fail(err)
	}
	return float64(now.Nano()) / 1e6
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
