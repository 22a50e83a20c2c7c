// Makes each program one file, `bundle/main.js`, and the agent a few, beside the `dist` that tsc writes for type checks and packages.
// node scripts/bundle.ts [WORKSPACE...]
import { existsSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { licensesOfBundle } from './release/licensesOfBundle.ts';
import { writeProgramPackage } from './release/writeProgramPackage.ts';

const root = join(import.meta.dirname, '..');
/** Where each program starts, by the folder it is bundled in. */
const programs: Readonly<Record<string, string>> = {
  'apps/controller': 'src/main.ts',
  'apps/agent': 'src/main.ts',
  'apps/injector-webhook': 'src/main.ts',
  'apps/kubectl-stoker': 'src/main.ts',
  'packages/gateway-sim': 'src/main.ts',
  e2e: 'src/git-server/main.ts',
};

/**
 * A sidecar runs once for every gateway: what it imports on first use, or never, stays out of its memory. As one file, with all
 * names made short, an idle one has 35 MB of anonymous memory instead of 29.
 */
const inParts: ReadonlySet<string> = new Set(['apps/agent']);

/** Some dependencies are CommonJS and call `require` for node's own modules, which an ES module does not have. */
const banner = `import { createRequire as createRequireOfBundle } from 'node:module';
const require = createRequireOfBundle(import.meta.url);`;

interface Manifest {
  readonly version: string;
  readonly bin?: Readonly<Record<string, string>>;
  readonly engines?: { readonly node: string };
}

/** What people start themselves says on an older Node what it needs, instead of failing at whatever is missing there first. */
function refuseOlderNode({ bin = {}, engines }: Manifest): string {
  const [name] = Object.keys(bin);
  const oldest = /^>=(\d+)$/.exec(engines?.node ?? '')?.[1];
  if (name === undefined || oldest === undefined) return '';
  const sentence = `${name} needs Node ${oldest} or newer, and this is Node`;
  return `
if (Number.parseInt(process.versions.node, 10) < ${oldest}) {
  console.error(\`${sentence} \${process.versions.node}: https://nodejs.org\`);
  process.exit(1);
}`;
}

/** Bundles one program and its worker threads, the files named `src/*Worker.ts`. Throws when esbuild finds an error. */
async function bundle(workspace: string): Promise<void> {
  const start = programs[workspace];
  if (!start) throw new Error(`no program is bundled in ${workspace}; there are ${Object.keys(programs).join(', ')}`);
  const main = join(root, workspace, start);
  if (!existsSync(main)) throw new Error(`${main} is missing: every program starts there`);
  const outdir = join(root, workspace, 'bundle');
  const manifest: Manifest = JSON.parse(readFileSync(join(root, workspace, 'package.json'), 'utf8'));
  rmSync(outdir, { recursive: true, force: true });
  const { metafile } = await build({
    absWorkingDir: root,
    metafile: true,
    entryPoints: [main, ...globSync(join(root, workspace, 'src/*Worker.ts'))].map((path) => ({
      in: path,
      out: basename(path, '.ts'),
    })),
    outdir,
    bundle: true,
    splitting: inParts.has(workspace),
    platform: 'node',
    target: 'node24',
    format: 'esm',
    conditions: ['@stoker/source'],
    keepNames: true,
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    define: { 'process.env.STOKER_VERSION': JSON.stringify(manifest.version) },
    banner: { js: banner + refuseOlderNode(manifest) },
    logLevel: 'silent',
  });
  writeFileSync(join(outdir, 'THIRD-PARTY-LICENSES.txt'), licensesOfBundle(root, metafile));
  writeProgramPackage(root, workspace);
}

const chosen = process.argv.slice(2);
try {
  await Promise.all((chosen.length > 0 ? chosen : Object.keys(programs)).map(bundle));
} catch (error) {
  console.error(Error.isError(error) ? error.message : error);
  process.exitCode = 1;
}
