import { expect, test } from '@jest/globals';
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

test.each([[['-ojson']], [['--output=json']], [['-o', 'json']]])(
  'with %j the error is the one document',
  async (words) => {
    const { code, stdout, stderr } = await runHere(['explain', ...words]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ error: { reason: 'Usage', message: 'explain needs GATEWAY' } });
  },
);

test('a kubeconfig that is not there ends with 1 and is named', async () => {
  const { code, stderr } = await runHere(['get', '--kubeconfig', '/nowhere/kubeconfig']);
  expect(code).toBe(1);
  expect(stderr).toContain('/nowhere/kubeconfig');
});

test('shells are told what may follow', async () => {
  expect(await runHere(['__complete', 'completion', 'f'])).toEqual({ code: 0, stdout: 'fish\n', stderr: '' });
  expect((await runHere(['completion', 'fish'])).stdout).toContain('complete --command kubectl-stoker');
});
