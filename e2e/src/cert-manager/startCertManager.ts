// cert-manager's own controllers, as processes of this machine beside the cluster.
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildGoModule } from '../cluster/goTool.ts';
import { chooseCluster } from '../cluster/chooseCluster.ts';
import { kubectl } from '../cluster/kubectl.ts';
import { cacheFolder, checkout } from '../cluster/paths.ts';
import { withProgress } from '../cluster/progress.ts';
import { refuseWhereSetupIsOff } from '../cluster/refuseWhereSetupIsOff.ts';
import { runProgram } from '../cluster/runProgram.ts';
import { guardFolder, startServerProcess } from '../cluster/serverProcess.ts';
import { eventually } from '../plant/eventually.ts';

const module = join(checkout, 'e2e/cluster/cert-manager');

/** Controllers for issuers that sign by themselves; those for ACME and the like have nothing to do here. */
const controllers = [
  'issuers',
  'certificaterequests-approver',
  'certificaterequests-issuer-ca',
  'certificaterequests-issuer-selfsigned',
  'certificates-trigger',
  'certificates-issuing',
  'certificates-key-manager',
  'certificates-request-manager',
  'certificates-readiness',
  'certificates-revision-manager',
];

export interface CertManager {
  /** Ends the controllers and removes their kinds from the cluster. */
  close(): Promise<void>;
}

/** Adds cert-manager's kinds to the cluster and starts its controller and its CA injector. They end with this process, however it ends. */
export async function startCertManager(): Promise<CertManager> {
  const program = await buildCertManager();
  const kinds = await kindsOfCertManager();
  await kubectl(['apply', '--server-side', '-f', '-'], { input: kinds });
  await kubectl(['wait', '--for=condition=Established', '--timeout=60s', '-f', '-'], { input: kinds });
  // Discovery, which helm asks, learns of them a moment later.
  await eventually('its kinds are served', () => kubectl(['get', 'issuers,certificates', '--all-namespaces']));
  const folder = mkdtempSync(join(tmpdir(), 'stoker-cert-manager-'));
  const guard = guardFolder(folder);
  const start = (name: string, args: readonly string[]) =>
    startServerProcess({
      name,
      program,
      args: [`--kubeconfig=${chooseCluster().kubeconfig}`, '--leader-elect=false', ...args],
      folder,
      isReady: async () => true,
      timeoutMs: 10_000,
    });
  const servers = [
    await start('controller', [`--controllers=${controllers.join(',')}`, '--metrics-listen-address=127.0.0.1:0']),
    await start('cainjector', []),
  ];
  return {
    async close() {
      for (const server of servers) await server.stop('SIGKILL');
      guard.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
      await kubectl(['delete', '--timeout=60s', '-f', '-'], { input: kinds });
    },
  };
}

/** Answers where the program is, built with Go the first time: two minutes, or ten where its modules come slowly. */
export async function buildCertManager(): Promise<string> {
  const key = createHash('sha256');
  for (const name of ['go.mod', 'go.sum', 'main.go']) key.update(readFileSync(join(module, name)));
  const path = join(cacheFolder, 'cert-manager', key.digest('hex').slice(0, 16), 'cert-manager');
  if (!existsSync(path)) {
    refuseWhereSetupIsOff('cert-manager');
    await withProgress('building cert-manager', (report) => buildGoModule(module, path, [], report), 120_000);
  }
  return path;
}

/** The CRDs as they come with the module, without the lines that a chart would fill in. */
async function kindsOfCertManager(): Promise<string> {
  // A cache may have the program of an earlier run, and Go's own no longer the module.
  const download = ['mod', 'download', '-json', 'github.com/cert-manager/cert-manager'];
  const { Dir } = JSON.parse(await runProgram('go', download, { cwd: module }));
  const folder = join(Dir, 'deploy/crds');
  const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  return files.map((name) => readFileSync(join(folder, name), 'utf8').replaceAll(/^.*\{\{.*$\n/gm, '')).join('\n---\n');
}
