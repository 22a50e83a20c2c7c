// npm run setup: makes what is missing for the demo and every tier of tests. scripts/stoker.mjs has seen to Node and packages.
import { parseArgs } from 'node:util';
import { underLock } from '../e2e/src/cluster/underLock.ts';
import { withProgress } from '../e2e/src/cluster/progress.ts';
import { steps } from './setup/steps.ts';
import { whatIsInstalled } from './setup/whatIsInstalled.mjs';

const { values } = parseArgs({
  options: { 'no-install': { type: 'boolean' }, only: { type: 'string', multiple: true } },
});
const checkOnly = values['no-install'] || process.env['STOKER_SETUP'] === 'off';

function missingSteps() {
  const wanted = steps.filter((step) => values.only?.includes(step.name) ?? true);
  return wanted.filter((step) => step.isNeeded(values.only !== undefined) && !step.isDone());
}

async function setUp(): Promise<void> {
  for (const step of missingSteps()) await withProgress(step.title, (report) => step.run(report), step.expectedMs);
}

const missing = missingSteps();
const names = missing.map(
  ({ name }) => `  ${name.padEnd(8)} ${whatIsInstalled.find((item) => item.name === name)?.what}`,
);
if (missing.length > 0)
  console.error(`${checkOnly ? 'missing, and not installed' : 'setting up'}:\n${names.join('\n')}`);
if (checkOnly) {
  process.exitCode = missing.length > 0 ? 1 : 0;
} else if (missing.length > 0) {
  if (missing.some((step) => step.expectedMs > 60_000)) console.error('a first run may take ten minutes');
  try {
    await underLock('setup', setUp);
  } catch (error) {
    console.error(Error.isError(error) ? error.message : error);
    process.exitCode = 1;
  }
}
