import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { makeValidDataFolder } from './testing/dataFolder.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const [, example = ''] = /```ts\n([\s\S]*?)```/.exec(readme) ?? [];

/** Runs the example with what a test around it would have done in place of its `sync`, and answers the mixtures that it finds. */
function mixturesAfter(sync: string): string[] {
  const folder = makeValidDataFolder();
  const program = `import { writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
const dataDir = ${JSON.stringify(folder.path)};
let known = new Set();
const scannedAgain = async () => {
  const { length } = gateway.scans();
  while (gateway.scans().length < length + 2) await delay(10);
};
${example.replace('// … sync …', sync)}
console.log(JSON.stringify(mixtures.flatMap(({ problems }) => problems.map(({ kind }) => kind))));`;
  try {
    // From inside the package its own name can be imported.
    const flags = ['--conditions=@stoker/source', '--input-type=module', '--eval'];
    const result = spawnSync(process.execPath, [...flags, program], { encoding: 'utf8', cwd: import.meta.dirname });
    expect(result.stderr).toBe('');
    return JSON.parse(result.stdout);
  } finally {
    folder.remove();
  }
}

test('the example of the README finds a file that is half-written, and nothing wrong where all is well', () => {
  expect(mixturesAfter('await scannedAgain(); known = new Set(gateway.scans().map(({ digest }) => digest));')).toEqual(
    [],
  );
  const half = "writeFileSync(`${dataDir}/projects/plant/project.json`, '{');";
  expect(mixturesAfter(`${half} await scannedAgain();`)).not.toEqual([]);
});
