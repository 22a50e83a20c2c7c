import { afterAll, beforeAll } from '@jest/globals';
import { type ApiServer, startApiServer } from '../../../../e2e/src/api-server/apiServer.ts';
import { pastProxies } from '../../../../e2e/src/cluster/addresses.ts';
import { requireGoProgram } from '../../../../e2e/src/cluster/goPrograms.ts';
import { runKubectl } from '../../../../e2e/src/cluster/runKubectl.ts';
import { runProgram, type RunOptions } from '../../../../e2e/src/cluster/runProgram.ts';
import { foreignCrds } from './foreignCrds.ts';
import { release } from './renderChart.ts';

export interface OwnApiServer {
  readonly kubeconfig: string;
  kubectl(args: readonly string[], options?: RunOptions): Promise<string>;
  helm(args: readonly string[], input?: string): Promise<string>;
}

/**
 * A kube-apiserver for the tests of one file, since an installation is for a whole cluster. It has the namespaces of
 * `valueSets` and the custom resources of others.
 */
export function useOwnApiServer(): () => OwnApiServer {
  let server: ApiServer;
  let crds: string;
  const kubectl = (args: readonly string[], options?: RunOptions) => runKubectl(server.kubeconfig, args, options);
  // Those may have to be fetched first, and come slowly.
  beforeAll(async () => {
    crds = await foreignCrds();
  }, 600_000);
  beforeAll(async () => {
    server = await startApiServer();
    for (const name of [release.namespace, 'plant-a', 'plant-b']) await kubectl(['create', 'namespace', name]);
    // By the server: what kubectl notes of them beside is larger than an annotation may be.
    await kubectl(['apply', '--server-side', '--filename', '-'], { input: crds });
    await kubectl(['wait', 'crd', '--all', '--for=condition=Established', '--timeout=60s']);
  }, 120_000);
  afterAll(() => server.close(), 60_000);
  return () => ({
    kubeconfig: server.kubeconfig,
    kubectl,
    helm: (args, input = '') =>
      runProgram(requireGoProgram('helm'), args, { env: { ...pastProxies(), KUBECONFIG: server.kubeconfig }, input }),
  });
}

/** Several manifests as one that kubectl takes. */
export function asList(items: readonly object[]): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}
