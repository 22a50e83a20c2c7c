// Commands of the documentation that need an API server and no cluster.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createCertificate, startSshServer, type SshServer } from '@stoker/gitref/testing';
import { freePort } from '../api-server/freePort.ts';
import { kubeBinary } from '../cluster/kubeBinary.ts';
import { checkout } from '../cluster/paths.ts';
import { runProgram } from '../cluster/runProgram.ts';
import { findBlock } from './commandBlocks.ts';
import { installPrograms } from './programs.ts';
import { readPage } from './readPage.ts';
import { type Place, runBlock } from './runBlock.ts';
import { runUntil } from './runUntil.ts';

const namespace = `docs-${process.pid}`;
let folder: string;
let ssh: SshServer;
let healthPort: number;
let place: Place;

/** Told by its event loop, which hears of signals by then. */
async function isReady(): Promise<boolean> {
  // Before it listens, the connection is refused: not ready. Whoever asks gives up in the end.
  const answer = await fetch(`http://127.0.0.1:${healthPort}/readyz`).catch(() => undefined);
  return answer?.ok ?? false;
}

const kubectl = (...args: string[]) => runProgram('kubectl', args, { env: place.env });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stoker-docs-'));
  installPrograms(join(folder, 'bin'));
  symlinkSync(kubeBinary(), join(folder, 'bin/kubectl'));
  ssh = await startSshServer(folder);
  healthPort = await freePort();
  const substitutions = {
    '--namespace plant': `--namespace ${namespace}`,
    'ssh-keyscan git.example.com': `ssh-keyscan -p ${ssh.port} 127.0.0.1`,
    // The last command goes on for ever, as the shell's own process, and listens where nobody else does.
    'stoker-controller --watch-namespaces plant-a': `exec stoker-controller --receiver-address 127.0.0.1:0 --health-address 127.0.0.1:${healthPort} --watch-namespaces ${namespace}`,
    'stoker-injector --agent-image': `exec stoker-injector --health-address 127.0.0.1:${healthPort} --agent-image`,
    '--address 127.0.0.1:9443': '--address 127.0.0.1:0',
  };
  place = { folder, substitutions, env: { PATH: `${join(folder, 'bin')}:${process.env['PATH']}` } };
  await kubectl('create', 'namespace', namespace);
  await kubectl('apply', '--server-side', '--force-conflicts', '--filename', join(checkout, 'packages/crd-types/crds'));
  await kubectl('wait', 'crd', '--all', '--for=condition=Established', '--timeout=30s');
});

afterAll(async () => {
  await kubectl('delete', 'namespace', namespace, '--wait=false');
  await ssh.close();
  rmSync(folder, { recursive: true, force: true });
});

test('the page on authentication makes the Secrets that its examples name, with their keys', async () => {
  const page = 'docs/git-authentication.md';
  for (const name of ['acme-stoker.2026-11-24.private-key.pem', 'ca.crt']) writeFileSync(join(folder, name), name);
  for (const begins of [
    '$ kubectl --namespace plant create secret generic github-app',
    '$ ssh-keygen',
    '$ kubectl --namespace plant create secret generic git-ca',
  ]) {
    const block = findBlock(page, begins);
    await runBlock(block, `${page}:${block.line}`, place);
  }
  const made = async (secret: string) =>
    Object.keys(JSON.parse(await kubectl('-n', namespace, 'get', 'secret', secret, '--output', 'jsonpath={.data}')));
  const { blocks } = readPage(join(checkout, page));
  const keysOf = (secret: string) =>
    blocks.flatMap(({ text }) =>
      [...text.matchAll(new RegExp(`{ name: ${secret}, key: (\\S+) }`, 'g'))].map(([, key]) => key),
    );
  expect(await made('github-app')).toEqual(keysOf('github-app'));
  expect((await made('deploy-key')).toSorted()).toEqual(keysOf('deploy-key').toSorted());
  expect(await made('git-ca')).toEqual(keysOf('git-ca'));
});

test('the controller starts against the current kubeconfig as its README says, and ends when it is told to', async () => {
  writeFileSync(join(folder, 'webhook-secret'), 'what senders sign with\n');
  const { text } = findBlock('apps/controller/README.md', 'stoker-controller --help');
  expect(await runUntil(text, isReady, place)).toBe(0);
});

test('the injector starts against the current kubeconfig as its README says, and ends when it is told to', async () => {
  const { key, certificate } = await createCertificate();
  mkdirSync(join(folder, 'tls'));
  writeFileSync(join(folder, 'tls/tls.key'), key);
  writeFileSync(join(folder, 'tls/tls.crt'), certificate);
  const { text } = findBlock('apps/injector-webhook/README.md', 'stoker-injector --help');
  expect(await runUntil(text, isReady, place)).toBe(0);
});
