import { describe, expect, test } from '@jest/globals';
import { hasProgram, runProgram } from './runProgram.ts';

describe('runProgram', () => {
  test('answers what the program printed, given what it reads', async () => {
    expect(await runProgram('cat', [], { input: 'hello' })).toBe('hello');
  });

  test('tells command, exit code and the end of both outputs when the program fails', async () => {
    const run = runProgram('sh', ['-c', 'echo out; echo why >&2; exit 3']);
    await expect(run).rejects.toThrow(/sh -c .* ended with 3:\nwhy\n+out/);
  });

  test('says which program could not be started', async () => {
    await expect(runProgram('no-such-program', [])).rejects.toThrow('no-such-program could not be started');
    expect(hasProgram('no-such-program')).toBe(false);
  });
});
