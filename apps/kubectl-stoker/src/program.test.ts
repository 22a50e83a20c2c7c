import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArguments, renderHelp } from '@stoker/command-line';
import { program } from './program.ts';
import { runHere } from './testing/runHere.ts';

const examples = Object.entries(program.commands).flatMap(([command, spec]) =>
  spec.examples.map((example) => [command, example] as const),
);

test.each(examples)('in the help of %s stands "%s", and it parses', (command, example) => {
  expect(renderHelp(program, command)).toContain(example);
  const [kubectl, plugin, ...argv] = example.split(' ');
  expect(`${kubectl} ${plugin}`).toBe(program.name);
  expect(parseArguments(program, argv)).toMatchObject({ kind: 'run', invocation: { command } });
});

test('help and version go to stdout and are fine', async () => {
  expect(await runHere(['--help'])).toEqual({ code: 0, stdout: renderHelp(program, undefined), stderr: '' });
  expect(await runHere(['--version'])).toEqual({ code: 0, stdout: '0.0.0-source\n', stderr: '' });
});

test('a wrong command line ends with 2, and says on stderr what was meant', async () => {
  expect(await runHere(['explian', 'north'])).toEqual({
    code: 2,
    stdout: '',
    stderr: 'kubectl stoker: unknown command "explian"\n  did you mean "explain"?\n',
  });
});

test.each([[['-ojson']], [['-o=json']], [['--output=json']], [['-o', 'json']]])(
  'with %j the error is the one document',
  async (words) => {
    const { code, stdout, stderr } = await runHere(['explain', ...words]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ error: { reason: 'Usage', message: 'explain needs GATEWAY' } });
  },
);

describe('a kubeconfig', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kubectl-stoker-'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  const good = {
    clusters: [{ name: 'plant', cluster: { server: 'https://127.0.0.1:1' } }],
    users: [{ name: 'person', user: { token: 'a-token' } }],
    contexts: [{ name: 'plant', context: { cluster: 'plant', user: 'person' } }],
    'current-context': 'plant',
  };

  test('that is not there ends with 1 and is named', async () => {
    const { code, stdout } = await runHere(['get', '--kubeconfig', join(folder, 'missing'), '-ojson']);
    expect(code).toBe(1);
    const message = `the kubeconfig ${join(folder, 'missing')} cannot be read; set KUBECONFIG or name another file`;
    expect(JSON.parse(stdout)).toEqual({ error: { reason: 'KubeconfigInvalid', message } });
  });

  test('that is empty has no current context, as kubectl reads it, and it is said how to get one', async () => {
    const file = join(folder, 'config');
    writeFileSync(file, '');
    const { code, stdout, stderr } = await runHere(['get', '--kubeconfig', file]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('no current context; choose one with: kubectl config use-context NAME\n');
  });

  test('that is not YAML is named, in one line, with what to do', async () => {
    const file = join(folder, 'config');
    writeFileSync(file, 'clusters: [');
    for (const more of [[], ['--namespace', 'plant']]) {
      const { code, stdout, stderr } = await runHere(['get', '--kubeconfig', file, ...more]);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr.split('\n')).toEqual([
        expect.stringMatching(`^kubectl stoker: the kubeconfig ${file} cannot be used: .`),
        '  correct it, or name another with --kubeconfig or KUBECONFIG',
        '',
      ]);
    }
  });

  test.each([
    ['without the context that is asked for', ['--context', 'pumps'], '"pumps"', 'kubectl config get-contexts'],
    ['of a server that nobody runs', [], '127.0.0.1:1', 'is it the right cluster? choose with --context'],
  ])('%s gets a sentence about that, and what to do', async (_, words, named, hint) => {
    const file = join(folder, 'config');
    writeFileSync(file, JSON.stringify(good));
    const { code, stdout, stderr } = await runHere(['get', '--kubeconfig', file, ...words]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    const [message, advice] = stderr.split('\n');
    expect(message).toContain(named);
    expect(advice).toContain(hint);
  });

  test('whose plugin for credentials fails has its words in one line, and what to do', async () => {
    const file = join(folder, 'config');
    const command = { command: 'sh', args: ['-c', 'echo please log in >&2; exit 3'], interactiveMode: 'Never' };
    const users = [{ name: 'person', user: { exec: { apiVersion: 'client.authentication.k8s.io/v1', ...command } } }];
    writeFileSync(file, JSON.stringify({ ...good, users }));
    const { code, stdout, stderr } = await runHere(['get', '--kubeconfig', file]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.split('\n')).toEqual([
      'kubectl stoker: no credentials for the API server: please log in',
      expect.stringContaining('  log in again'),
      '',
    ]);
  });

  test.each(['', '/north', 'plant/', 'a/plant/north'])('is not asked about a gateway called "%s"', async (name) => {
    const file = join(folder, 'config');
    writeFileSync(file, JSON.stringify(good));
    expect(await runHere(['explain', name, '--kubeconfig', file])).toEqual({
      code: 2,
      stdout: '',
      stderr: `kubectl stoker: GATEWAY cannot be "${name}"\n  a name, or STOKER/GATEWAY\n`,
    });
  });
});

test('shells are told what may follow', async () => {
  expect(await runHere(['__complete', 'completion', 'f'])).toEqual({ code: 0, stdout: 'fish\n', stderr: '' });
  expect((await runHere(['completion', 'fish'])).stdout).toContain('complete --command kubectl-stoker');
});
