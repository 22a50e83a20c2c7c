/** What an option is, for the parser, for `--help` and for completion alike. */
export interface OptionSpec {
  /** Placeholder of its value; undefined for a switch. */
  readonly value?: string;
  readonly summary: string;
  /** One letter, as in `-n`. */
  readonly short?: string;
  /** May be given several times. */
  readonly repeatable?: true;
  readonly choices?: readonly string[];
  readonly default?: string;
}

/** One command: what it takes and how it is explained. */
export interface CommandSpec<Option extends string = string> {
  readonly summary: string;
  /** A paragraph for `--help`. */
  readonly about: string;
  /** What stands without an option, in order; those that may be missing come last. */
  readonly words: readonly { readonly name: string; readonly needed: boolean; readonly choices?: readonly string[] }[];
  readonly options: readonly Option[];
  /** Those of them that have to be given. */
  readonly required?: readonly Option[];
  /** Whole command lines, the program's name included. */
  readonly examples: readonly string[];
}

/** A program with commands. */
export interface Program<Command extends string = string, Option extends string = string> {
  /** As people type it: `kubectl stoker`. */
  readonly name: string;
  /** The file on the PATH: `kubectl-stoker`. */
  readonly executable: string;
  readonly summary: string;
  readonly commands: Readonly<Record<Command, CommandSpec<Option>>>;
  readonly options: Readonly<Record<Option, OptionSpec>>;
  /** What each exit code means. */
  readonly exitCodes: Readonly<Record<number, string>>;
}
