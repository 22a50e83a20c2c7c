// cert-manager's controller and CA injector in one binary, chosen by the name it is called by.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	cainjector "github.com/cert-manager/cert-manager/cmd/cainjector/app"
	controller "github.com/cert-manager/cert-manager/cmd/controller/app"
	"github.com/cert-manager/cert-manager/cmd/util"
	logf "github.com/cert-manager/cert-manager/pkg/logs"
	"github.com/spf13/cobra"
	ctrl "sigs.k8s.io/controller-runtime"
)

func main() {
	stop, exit := util.SetupExitHandler(util.GracefulShutdown)
	defer exit()
	logf.InitLogs(flag.CommandLine)
	defer logf.FlushLogs()
	ctrl.SetLogger(logf.Log)

	var command *cobra.Command
	switch name := filepath.Base(os.Args[0]); name {
	case "controller":
		command = controller.NewCommandStartCertManagerController(stop)
	case "cainjector":
		command = cainjector.NewCommandStartInjectorController(util.ContextWithStopCh(context.Background(), stop), os.Stdout, os.Stderr)
	default:
		fmt.Fprintf(os.Stderr, "called as %q: it can be controller or cainjector\n", name)
		os.Exit(2)
	}
	command.Flags().AddGoFlagSet(flag.CommandLine)
	_ = flag.CommandLine.Parse(nil)
	if err := command.Execute(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		util.SetExitCode(err)
	}
}
