import { spawn, spawnSync } from 'node:child_process';

/** How a program is run here: where, with what in its environment, and what it reads. */
export interface RunOptions {
  readonly cwd?: string;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** The name the program sees itself called by, when not its own. */
  readonly argv0?: string;
  /** Called with the last line written so far, to show while waiting. */
  readonly onLine?: (line: string) => void;
}

/**
 * Runs a program to its end and answers its standard output. Throws with the command, its exit code and the end of its
 * output when it fails or cannot be started.
 */
export function runProgram(file: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  return new Promise((done, failed) => {
    const child = spawn(file, args, {
      cwd: options.cwd,
      argv0: options.argv0,
      env: { ...process.env, ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let output = '';
    let errors = '';
    const heard = (text: string) => {
      const line = text.trimEnd().split('\n').at(-1);
      if (line) options.onLine?.(line);
    };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      heard(text);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors += text;
      heard(text);
    });
    child.on('error', (error) => failed(new Error(`${file} could not be started: ${error.message}`, { cause: error })));
    child.on('close', (code, signal) => {
      if (code === 0) return done(output);
      const tail = `${errors}\n${output}`.trim().split('\n').slice(-30).join('\n');
      failed(new Error(`${[file, ...args].join(' ').slice(0, 300)} ended with ${code ?? signal}:\n${tail}`));
    });
    child.stdin.on('error', () => undefined); // a program may end before it has read all; its exit code says whether that is bad
    child.stdin.end(options.input ?? '');
  });
}

/** Whether `name` is a program on PATH. */
export function hasProgram(name: string): boolean {
  return (
    spawnSync('sh', ['-c', 'command -v "$1" || [ -x "/usr/sbin/$1" ] || [ -x "/sbin/$1" ]', 'sh', name]).status === 0
  );
}
