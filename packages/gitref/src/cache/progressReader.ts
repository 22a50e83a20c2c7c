export interface FetchProgress {
  readonly phase: 'receive' | 'resolve';
  /** Objects. */
  readonly done: number;
  readonly total: number;
}

const line = /(Receiving objects|Resolving deltas):\s+\d+% \((\d+)\/(\d+)\)/g;

/** Reads what git prints under `--progress`; each piece of text may hold several lines, or a part of one. */
export function progressReader(report: (progress: FetchProgress) => void): (text: string) => void {
  return (text) => {
    const latest = [...text.matchAll(line)].at(-1);
    if (latest === undefined) return;
    const phase = latest[1] === 'Receiving objects' ? 'receive' : 'resolve';
    report({ phase, done: Number(latest[2]), total: Number(latest[3]) });
  };
}
