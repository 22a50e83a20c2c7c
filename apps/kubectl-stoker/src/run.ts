import {
  completeWords,
  completionScript,
  type Invocation,
  parseArguments,
  renderHelp,
  shells,
} from '@stoker/command-line';
import { isStokerError } from '@stoker/errors';
import type { KubeClient } from '@stoker/kube';
import { check } from './check/check.ts';
import { describeFailure } from './describeFailure.ts';
import { events } from './read/events.ts';
import { diff } from './read/diff.ts';
import { logs } from './read/logs.ts';
import { explainGateway } from './explain/explainGateway.ts';
import { get } from './get/get.ts';
import { openCluster } from './openCluster.ts';
import { pause, resume } from './act/pause.ts';
import { sync } from './act/sync.ts';
import { isFormat, print, printFailure } from './print.ts';
import { type CommandName, type OptionName, program } from './program.ts';
import { version } from './version.ts';

/** What a command gets from its process. */
export interface Surroundings {
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  /** Aborted when nobody reads any more. */
  readonly stop: AbortSignal;
}

/** What a command was asked, and of which cluster. */
export interface Request {
  readonly client: KubeClient;
  readonly namespace: string;
  readonly words: readonly string[];
  readonly values: Invocation<CommandName, OptionName>['values'];
  readonly switches: Invocation<CommandName, OptionName>['switches'];
  readonly stdout: NodeJS.WritableStream;
  readonly stop: AbortSignal;
  readonly now: Date;
}

/** What a command found: for people, for programs, and whether all is well. */
export interface Answer {
  readonly text: string;
  readonly document: object;
  readonly isWell: boolean;
}

type Command = (request: Request) => Promise<Answer | undefined>;

const commands: Readonly<Record<Exclude<CommandName, 'completion'>, Command>> = {
  check,
  get,
  explain: explainGateway,
  diff,
  sync,
  pause,
  resume,
  logs,
  events,
};

/** Carries out a command line. Resolves to the exit code; what went wrong has been said by then. */
export async function run(argv: readonly string[], { stdout, stderr, stop }: Surroundings): Promise<number> {
  const [first, ...words] = argv;
  if (first === '__complete') {
    stdout.write(
      completeWords(program, words)
        .map((word) => `${word}\n`)
        .join(''),
    );
    return 0;
  }
  try {
    const parsed = parseArguments(program, argv);
    if (parsed.kind === 'help') stdout.write(renderHelp(program, parsed.command));
    else if (parsed.kind === 'version') stdout.write(`${version}\n`);
    else return await runCommand(parsed.invocation, { stdout, stderr, stop });
    return 0;
  } catch (error) {
    if (stop.aborted) return 1;
    printFailure(describeFailure(error), { argv, stdout, stderr });
    return isStokerError(error) && error.reason === 'Usage' ? 2 : 1;
  }
}

async function runCommand(
  { command, words, values, switches }: Invocation<CommandName, OptionName>,
  { stdout, stop }: Surroundings,
): Promise<number> {
  if (command === 'completion') {
    const shell = shells.find((name) => name === words[0]);
    if (shell !== undefined) stdout.write(completionScript(program, shell));
    return 0;
  }
  const { client, namespace } = await openCluster(values);
  const answer = await commands[command]({ client, namespace, words, values, switches, stdout, stop, now: new Date() });
  if (answer === undefined) return 0;
  print(answer, isFormat(values.output) ? values.output : 'text', stdout);
  return answer.isWell ? 0 : 1;
}
