// npm run bench -- fleet: one controller and a thousand CRs on a real API server, with agents that write what real ones write.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGitServer } from '@stoker/gitref/testing';
import { loadKubeConfig, openClient } from '@stoker/kube';
import { installCrds } from '../../apps/controller/src/testing/cluster.ts';
import { startApiServer } from '../../e2e/src/api-server/apiServer.ts';
import { readOptions } from '../readOptions.ts';
import { startAgents } from './agents.ts';
import { createFleet, createRepositories, planFleet } from './fleet.ts';
import { runCases } from './runCases.ts';
import { controllerOf } from './startController.ts';
import { formatTable, judge } from './table.ts';

const help = `npm run bench -- fleet [OPTIONS]

  Measures one controller with a thousand CRs and five thousand gateways: its first start, a restart, rest, a push to a
  repository that many CRs share, a push to one CR with many gateways, and the loss of the leader. The API server and git server
  are real, pods and agents are written as they would be. Needs the Kubernetes binary of npm run setup and git.

  --crs N             besides one large CR (default 1000)
  --gateways N        of each CR (default 5)
  --sharing N         CRs that follow one repository; the others have one each (default 200)
  --large-gateways N  of the large CR (default 200)
  --rest-seconds N    of doing nothing (default 120)
  --output json       everything that was measured, and nothing else, on standard output
  --help
`;

const { counts, isJson } = readOptions(help, {
  crs: 1000,
  gateways: 5,
  sharing: 200,
  'large-gateways': 200,
  'rest-seconds': 120,
});
await bench();

async function bench(): Promise<void> {
  const size = {
    crs: counts.crs,
    gateways: counts.gateways,
    sharing: counts.sharing,
    largeGateways: counts['large-gateways'],
  };
  const folder = mkdtempSync(join(tmpdir(), 'stoker-bench-'));
  const say = (line: string) => console.error(line);
  const open = new AsyncDisposableStack();
  open.defer(() => rmSync(folder, { recursive: true, force: true }));
  try {
    const secretFile = join(folder, 'secret');
    const secret = 'signed with this';
    writeFileSync(secretFile, secret);
    const server = await startApiServer();
    open.defer(() => server.close());
    const { kubeconfig } = server;
    const client = openClient(loadKubeConfig({ kubeconfig }), { userAgent: 'bench-fleet' });
    const repositories = join(folder, 'repositories');
    mkdirSync(repositories);
    const git = await startGitServer(repositories);
    open.defer(() => git.close());
    const urlOf = (name: string) => git.url(`${name}.git`);

    const fleet = planFleet(size);
    say(`creating ${fleet.length} CRs with ${fleet.reduce((sum, cr) => sum + cr.gatewayNames.length, 0)} gateways`);
    await installCrds(client);
    const repositoryOf = await createRepositories(repositories, fleet);
    await createFleet(client, fleet, urlOf);

    const agents = await startAgents(client, (error) => say(String(error)));
    open.defer(() => agents.stop());
    const argv = [
      '--leader-elect',
      '--namespace=default',
      '--log-level=error',
      `--webhook-secret-file=${secretFile}`,
      '--receiver-address=127.0.0.1:0',
      '--health-address=127.0.0.1:0',
    ];
    const startController = controllerOf(folder, kubeconfig, argv);
    const restSeconds = counts['rest-seconds'];
    const world = { client, fleet, repositoryOf, urlOf, agents, startController, secret, restSeconds, say };
    const lines = judge(await runCases(world));
    console.log(isJson ? JSON.stringify({ size, restSeconds, lines }, null, 2) : formatTable(lines));
  } finally {
    await open.disposeAsync();
  }
}
