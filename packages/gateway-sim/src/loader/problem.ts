/** What the loader finds wrong. Those of `fatalKinds` stop a start-up; all others cost the one resource. */
export type ProblemKind =
  /** A `.json` file that does not parse: half-written, or never valid. */
  | 'NotJson'
  /** `resource.json` lacks a field, or has one of the wrong type. */
  | 'BadResourceJson'
  /** A folder with files that no `resource.json` speaks for. */
  | 'NoResourceJson'
  /** `resource.json` lists a file that is not there. */
  | 'ListedFileMissing'
  /** The signature is not the one that the content gives. */
  | 'SignatureMismatch'
  /** `project.json` is missing, or lacks a field. */
  | 'BadProjectJson'
  /** A project inherits from one that is not there. */
  | 'ParentMissing'
  /** A collection with files and without a usable `config-mode.json`. */
  | 'ConfigModeMissing'
  /** A singleton of a mode that no collection below it has. */
  | 'SingletonOnlyInMode'
  /** Two names in one folder that differ only in case. */
  | 'NamesFold'
  /** A file of another owner than the gateway's. */
  | 'WrongOwner'
  /** A symbolic link, socket, device or FIFO. */
  | 'NotAFile'
  /** Listed by its folder, and gone when it was opened. */
  | 'Vanished';

export interface Problem {
  readonly kind: ProblemKind;
  /** Relative to the data folder. */
  readonly path: string;
  readonly message: string;
}

const fatalKinds: readonly ProblemKind[] = ['ConfigModeMissing', 'SingletonOnlyInMode', 'WrongOwner'];

/** Would a gateway refuse to start with this? */
export function stopsStartUp({ kind }: Problem): boolean {
  return fatalKinds.includes(kind);
}
