import { describeError } from '@stoker/errors';
import { clean, readStatus, recover, type TargetStatus } from '@stoker/sync-engine';
import { exitCodeOf, exitCodes } from '../cli/exitCode.ts';
import { describeFailure } from '../cli/output.ts';
import type { Invocation } from '../cli/parseArguments.ts';
import type { Terminal } from '../cli/terminal.ts';
import { holderOfThisProcess } from './holder.ts';
import { readExistingTarget } from './readTarget.ts';

/** `status`, `recover` and `clean`: what needs the target alone. Resolves to the exit code. */
export async function runInspect(invocation: Invocation, { stdout, stderr }: Terminal): Promise<number> {
  const json = invocation.values.output === 'json';
  try {
    const target = readExistingTarget(invocation.values.target ?? '');
    const { data, text } = await inspect(invocation.command, target);
    stdout.write(json ? `${JSON.stringify(data)}\n` : `${text}\n`);
    return exitCodes.done;
  } catch (error) {
    const described = describeError(error);
    const code = exitCodeOf(error);
    const outcome = code === exitCodes.refused ? 'refused' : 'failed';
    if (json) stdout.write(`${JSON.stringify({ outcome, error: described })}\n`);
    else stderr.write(`stoker-agent ${invocation.command}: ${describeFailure(described)}\n`);
    return code;
  }
}

interface Answer {
  readonly data: object;
  readonly text: string;
}

const recoveries = {
  nothing: 'nothing to recover: no sync was interrupted',
  finished: 'recovered: the interrupted sync is finished',
  undone: 'recovered: the interrupted sync is undone, the folder is as it was before it',
} as const;

async function inspect(command: Invocation['command'], target: string): Promise<Answer> {
  if (command === 'recover') {
    const outcome = await recover(target, { holder: holderOfThisProcess() });
    return { data: { outcome }, text: recoveries[outcome] };
  }
  if (command === 'clean') {
    // Without this, what an interrupted sync left half-done would stay so for ever.
    await recover(target, { holder: holderOfThisProcess() });
    await clean(target);
    return { data: { outcome: 'cleaned' }, text: `removed ${target}/.stoker; the gateway’s files stay as they are` };
  }
  const status = await readStatus(target);
  return { data: status, text: describeStatus(status) };
}

function describeStatus(status: TargetStatus): string {
  const { release, snapshots } = status;
  const lines = [
    release === undefined
      ? 'never synced'
      : `synced to ${release.ref} (${release.commit.slice(0, 12)}) at ${status.syncedAt ?? 'an unknown time'}: ${status.files} files`,
  ];
  if (status.interrupted) lines.push('a sync was interrupted: the next sync or `recover` puts it right');
  if (status.lockedBy !== undefined) lines.push(`locked by ${status.lockedBy}`);
  for (const { name, files, bytes } of snapshots) lines.push(`snapshot ${name}: ${files} files, ${bytes} bytes`);
  return lines.join('\n');
}
