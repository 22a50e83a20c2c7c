import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** A resource from `testdata`, as a person would write it. */
export interface Fixture {
  readonly name: string;
  readonly resource: { readonly kind: 'Stoker' | 'SyncProfile'; readonly metadata: { readonly name: string } };
  /** Pieces of the sentence, in order, that the API server has to say. */
  readonly apiServerSays: readonly string[];
  /** The same for the validators of the standalone agent. */
  readonly standaloneSays: readonly string[];
}

const testdata = join(import.meta.dirname, '../../testdata');

/** The fixtures of one folder, in the order of their names. */
export function fixtures(folder: 'good' | 'bad'): readonly Fixture[] {
  return readdirSync(join(testdata, folder))
    .toSorted()
    .map((name) => {
      const text = readFileSync(join(testdata, folder, name), 'utf8');
      const apiServerSays = sentence(text, 'The API server says') ?? [];
      return {
        name: name.replace(/\.yaml$/, ''),
        resource: parse(text),
        apiServerSays,
        standaloneSays: sentence(text, 'Standalone says') ?? apiServerSays,
      };
    });
}

function sentence(text: string, who: string): readonly string[] | undefined {
  const line = text.split('\n').find((candidate) => candidate.startsWith(`# ${who}: `));
  return line?.slice(`# ${who}: `.length).split(' … ');
}

/** Matches a text that holds all pieces in their order. */
export function holding(pieces: readonly string[]): RegExp {
  const escape = (text: string) => text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);
  return new RegExp(pieces.map(escape).join('[^]*'));
}
