// npm run lint [-- CHECK...]: everything that reads the code without running it. All checks run, also after one that failed.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const node = process.execPath;

const checks: Readonly<Record<string, readonly string[]>> = {
  format: ['pnpm', 'exec', 'oxfmt', '--check'],
  types: ['pnpm', 'exec', 'tsc', '--project', 'tsconfig.check.json'],
  rules: ['pnpm', 'exec', 'oxlint', '--type-aware'],
  layers: [node, 'scripts/lint/layering.ts'],
  unused: ['pnpm', 'exec', 'knip', '--no-progress', '--no-config-hints'],
  workflows: [node, 'scripts/lint/workflows.ts'],
  alerts: [node, 'scripts/lint/alerts.ts'],
  generated: [node, 'scripts/generate.ts', '--check'],
};

const names = process.argv.slice(2);
const unknown = names.filter((name) => !(name in checks));
if (unknown.length > 0) {
  console.error(`no check is called ${unknown.join(', ')}; there are ${Object.keys(checks).join(', ')}`);
  process.exit(2);
}

const failed = (names.length > 0 ? names : Object.keys(checks)).filter((name) => {
  console.error(`── ${name} ──`);
  const [program = '', ...args] = checks[name] ?? [];
  return spawnSync(program, args, { cwd: root, stdio: 'inherit' }).status !== 0;
});
if (failed.length > 0) console.error(`\nfailed: ${failed.join(', ')}; run one alone with npm run lint -- NAME`);
process.exitCode = failed.length > 0 ? 1 : 0;
