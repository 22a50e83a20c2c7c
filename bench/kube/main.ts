// npm run bench -- kube: @stoker/kube beside a program of the same job with controller-runtime, on a real API server.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadKubeConfig, openClient } from '@stoker/kube';
import { startApiServer } from '../../e2e/src/api-server/apiServer.ts';
import { readOptions } from '../readOptions.ts';
import { runCases } from './runCases.ts';
import { ours, peer } from './startProgram.ts';
import { compare, formatTable } from './table.ts';

const help = `npm run bench -- kube [OPTIONS]

  Measures @stoker/kube beside a Go program with controller-runtime that does the same, both against a kube-apiserver of
  their own. Prints medians, their ratios, and what these are to be. Needs Go and the Kubernetes binary of npm run setup.

  --objects N        ConfigMaps of a kilobyte (default 10000)
  --runs N           of each case and program, in turns (default 3)
  --settle-seconds N before that (default 150: V8 tidies up within two minutes of a list, Go every two minutes)
  --idle-seconds N   of doing nothing (default 120: what either does now and then falls into it)
  --changes N        to be seen (default 3000)
  --rate N           changes a second (default 200)
  --output json      everything that was measured, and nothing else, on standard output
  --help
`;

const { counts, isJson } = readOptions(help, {
  objects: 10_000,
  runs: 3,
  'settle-seconds': 150,
  'idle-seconds': 120,
  changes: 3_000,
  rate: 200,
});
const folder = mkdtempSync(join(tmpdir(), 'stoker-bench-'));
const say = (line: string) => console.error(line);
const load = {
  objects: counts.objects,
  runs: counts.runs,
  settleSeconds: counts['settle-seconds'],
  idleSeconds: counts['idle-seconds'],
  changes: counts.changes,
  changesPerSecond: counts.rate,
};
try {
  const programs = { ours: ours(folder), peer: peer(folder) };
  const server = await startApiServer();
  try {
    const { kubeconfig } = server;
    const client = openClient(loadKubeConfig({ kubeconfig }), { userAgent: 'bench-load' });
    const figures = await runCases({ client, kubeconfig }, programs, load, say);
    const comparisons = compare(figures);
    console.log(isJson ? JSON.stringify({ load, comparisons, figures }, null, 2) : formatTable(comparisons));
  } finally {
    await server.close();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
