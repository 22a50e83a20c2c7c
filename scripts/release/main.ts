// npm run release -- STEP: what .github/workflows/release.yml does, step by step, here as there. Works in the current folder.
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { steps } from './steps.ts';

const help = `npm run release -- STEP [--out FOLDER]

${steps.map(({ name, what }) => `  ${name.padEnd(9)} ${what}`).join('\n')}

Each step reads what the ones before it left in FOLDER (.build/release). Packages go to STOKER_NPM_REGISTRY, images and
chart to STOKER_REGISTRY; neither has a default. Logins are those of npm, docker and gh: README.md beside this program.`;

function readArguments(): { step: (typeof steps)[number]; folder: string } | undefined {
  const { values, positionals } = parseArgs({
    options: { out: { type: 'string', default: '.build/release' }, help: { type: 'boolean' } },
    allowPositionals: true,
  });
  if (values.help) return undefined;
  const step = steps.find(({ name }) => name === positionals[0]);
  if (!step || positionals.length > 1)
    throw new Error(`one step is needed: ${steps.map(({ name }) => name).join(', ')}`);
  return { step, folder: values.out };
}

async function main(): Promise<number> {
  let chosen;
  try {
    chosen = readArguments();
  } catch (error) {
    console.error(`${Error.isError(error) ? error.message : error}\n\n${help}`);
    return 2;
  }
  if (!chosen) return console.log(help) ?? 0;
  try {
    const folder = resolve(chosen.folder);
    mkdirSync(folder, { recursive: true });
    await chosen.step.run({ root: process.cwd(), folder });
    return 0;
  } catch (error) {
    console.error(Error.isError(error) ? error.message : error);
    return 1;
  }
}

process.exitCode = await main();
