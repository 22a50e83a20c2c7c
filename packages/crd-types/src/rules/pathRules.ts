import { templateShape } from '../templateShape.ts';
import { itemsOf, matching, notMatching } from './rule.ts';
import type { Rule } from './rule.ts';

const strings = Object.entries(templateShape).flatMap(([name, kind]) => (kind === 'string' ? [name] : []));
const maps = Object.entries(templateShape).flatMap(([name, kind]) => (kind === 'map' ? [name] : []));
const variable = String.raw`\.(${strings.join('|')}|(${maps.join('|')})\.[A-Za-z_][A-Za-z0-9_]*)`;
const known = [...strings.map((name) => `{{.${name}}}`), ...maps.map((name) => `{{.${name}.key}}`)].join(', ');

const fileOnceCel =
  "self.all(m, m.type != 'file' || self.exists_one(n, n.type == 'file' && n.destination == m.destination))";
const fileOrFolderCel =
  "self.all(m, m.type != 'file' || !self.exists(n, n.type == 'dir' && n.destination == m.destination))";

/** Paths of mappings, and what several mappings must not say together. */
export const pathRules = {
  pathGiven: matching('.', 'name a folder or a file; "." is the root'),
  pathRelative: notMatching('^[/~]', 'paths are relative: remove what stands before the first name; "." is the root'),
  pathInside: notMatching(
    String.raw`(^|/)\.\.(/|$)`,
    'a path does not hold "..": write it from the root of the repository or of the data folder',
  ),
  pathCharacters: notMatching(
    String.raw`[\x00-\x1f\x7f\\]`,
    'a path holds no backslash and no control characters: separate folders with "/"',
  ),
  pathTemplate: matching(
    String.raw`^([^{]|\{[^{]|\{\{[ \t]*${variable}[ \t]*\}\})*\{?$`,
    `only these may stand between braces: ${known}; no functions, pipes or conditions`,
  ),
  destinationFree: notMatching(
    String.raw`^(\./)*\.(stoker|resources)(/|$)`,
    '.stoker and .resources belong to Stoker and to the gateway: choose another destination',
  ),
  fileIsNamed: {
    message: 'a mapping of type file names a file in source and in destination: not ".", and no "/" at the end',
    cel: String.raw`self.type != 'file' || !(self.source.matches(r"^\.?$|/$") || self.destination.matches(r"^\.?$|/$"))`,
    holds: (value) =>
      itemsOf([value]).every(({ type, source, destination }) =>
        type === 'file'
          ? ![source, destination].some((path) => typeof path === 'string' && /^\.?$|\/$/.test(path))
          : true,
      ),
  },
  fileOnce: {
    message: 'two mappings of type file have the same destination: keep one of them',
    cel: fileOnceCel,
    holds: (value) => {
      const files = destinationsOf(value, 'file');
      return new Set(files).size === files.length;
    },
  },
  fileOrFolder: {
    message: 'one destination cannot be a file and a folder: change type or destination of one of the mappings',
    cel: fileOrFolderCel,
    holds: (value) => {
      const folders = new Set(destinationsOf(value, 'dir'));
      return destinationsOf(value, 'file').every((file) => !folders.has(file));
    },
  },
} satisfies Readonly<Record<string, Rule>>;

function destinationsOf(mappings: unknown, type: 'dir' | 'file'): readonly unknown[] {
  return itemsOf(mappings)
    .filter((mapping) => (mapping['type'] ?? 'dir') === type)
    .map((mapping) => mapping['destination']);
}
