// deploy/images/keep-alive.sh with a small program in the agent's place.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { checkout } from '../paths.ts';

const script = join(checkout, 'deploy/images/keep-alive.sh');
const asRoot = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stoker-keep-alive-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Starts `program` (lines of sh, which find their start's number in $starts) as the agent's subcommand, here or in a container of its own. */
function start(program: string, subcommand = 'sidecar', { asFirstProcess = false } = {}) {
  const counting = `starts=$(($(cat '${folder}/starts' 2>/dev/null || echo 0) + 1)); echo $starts >'${folder}/starts'`;
  const command = ['sh', script, 'sh', '-c', `${counting}\n${program}`, 'agent', subcommand, '--log-level=info'];
  const [file, ...args] = asFirstProcess
    ? ['unshare', ...asRoot, '--pid', '--fork', '--mount-proc', ...command]
    : command;
  const env = { ...process.env, STOKER_STARTED_MARKER: join(folder, 'started.json') };
  const child = spawn(file ?? '', args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  return { child, printed: text(child.stdout), errors: text(child.stderr), ended: once(child, 'exit') };
}

const letStart = () => writeFileSync(join(folder, 'started.json'), '{}');
const starts = () => Number(readFileSync(join(folder, 'starts'), 'utf8'));

test('starts a sidecar again that crashed after the gateway was let start, and says so', async () => {
  letStart();
  const { ended, errors } = start('[ $starts -eq 2 ] && exit 0; kill -KILL $$');
  expect((await ended)[0]).toBe(0);
  expect(starts()).toBe(2);
  expect(JSON.parse(await errors)).toMatchObject({ level: 'error', app: 'agent', reason: 'Crashed', exitCode: 137 });
});

test('leaves a crash before that to the kubelet', async () => {
  const { ended } = start('exit 1');
  expect((await ended)[0]).toBe(1);
  expect(starts()).toBe(1);
});

test.each([0, 2, 3, 4])('ends with what the sidecar itself says: %i', async (code) => {
  letStart();
  const { ended } = start(`exit ${code}`);
  expect((await ended)[0]).toBe(code);
  expect(starts()).toBe(1);
});

test('is not there for other commands', async () => {
  letStart();
  const { child, ended, printed } = start('echo $$; exit 1', 'sync');
  expect((await ended)[0]).toBe(1);
  expect(Number(await printed)).toBe(child.pid);
});

test('passes SIGTERM on and waits for the end that the sidecar chooses', async () => {
  letStart();
  const program = start('trap "echo finishing; sleep 0.2; exit 0" TERM; echo ready; while :; do sleep 0.05; done');
  await once(program.child.stdout, 'readable');
  program.child.kill('SIGTERM');
  expect((await program.ended)[0]).toBe(0);
  expect(await program.printed).toBe('ready\nfinishing\n');
});

test('ends on SIGTERM while it waits to start the sidecar again', async () => {
  letStart();
  const program = start('exit 1');
  await once(program.child.stderr, 'readable');
  program.child.kill('SIGTERM');
  expect((await program.ended)[0]).toBe(1);
  expect(starts()).toBe(1);
});

test('lets nothing of a crashed sidecar go on beside its successor', async () => {
  letStart();
  const orphan = `sh -c 'while :; do echo alive; sleep 0.02; done' >'${folder}/orphan' &`;
  const { ended } = start(
    `[ $starts -eq 1 ] && { ${orphan} sleep 0.2; kill -KILL $$; }; n=$(wc -l <'${folder}/orphan'); sleep 0.2; [ $n -eq $(wc -l <'${folder}/orphan') ] && exit 3`,
    'sidecar',
    { asFirstProcess: true },
  );
  expect((await ended)[0]).toBe(3);
});
