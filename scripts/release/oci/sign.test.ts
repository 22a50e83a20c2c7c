import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { checkout } from '../../../e2e/src/cluster/paths.ts';
import { runProgram } from '../../../e2e/src/cluster/runProgram.ts';

const digest = `sha256:${'0'.repeat(64)}`;
const agent = `registry.example.com/stoker/stoker-agent@${digest}`;
const chart = `registry.example.com/stoker/charts/stoker@${digest}`;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stoker-sign-'));
  mkdirSync(join(folder, 'npm'));
  const plan = [[{ kind: 'tag-only', name: '@stoker/agent', version: '1.0.0' }]];
  writeFileSync(join(folder, 'npm/publish-plan.json'), JSON.stringify({ version: 1, plan }));
  // Stands in for cosign: writes down what it is asked, and what it is told of services to use.
  mkdirSync(join(folder, 'bin'));
  const program = `#!/bin/sh
echo "$@" >>'${folder}/calls'
while [ $# -gt 0 ]; do
  if [ "$1" = --signing-config ]; then cat "$2" >>'${folder}/configs'; fi
  shift
done
`;
  writeFileSync(join(folder, 'bin/cosign'), program, { mode: 0o755 });
});

afterEach(() => rmSync(folder, { recursive: true }));

function notePushed(): void {
  mkdirSync(join(folder, 'oci/signed'), { recursive: true });
  writeFileSync(join(folder, 'oci/signed/stoker-agent'), agent);
  writeFileSync(join(folder, 'oci/signed/chart'), chart);
  mkdirSync(join(folder, 'oci/contents/stoker-agent'), { recursive: true });
  writeFileSync(join(folder, 'oci/contents/stoker-agent/amd64.json'), '[{"name":"git","purl":"pkg:deb/debian/git"}]');
  mkdirSync(join(folder, 'sbom'));
  writeFileSync(join(folder, 'sbom/stoker-agent-1.0.0.cdx.json'), '{"components":[{"name":"ajv"}]}');
}

async function sign(env: Readonly<Record<string, string>> = {}): Promise<string> {
  // An empty cache, so that no cosign built earlier comes before the stand-in.
  const clean = { XDG_CACHE_HOME: folder, COSIGN_KEY: '', PATH: `${folder}/bin:${process.env['PATH']}` };
  const args = ['--conditions=@stoker/source', 'scripts/release/main.ts', 'sign', '--out', folder];
  return runProgram(process.execPath, args, { cwd: checkout, env: { ...clean, ...env } });
}

const calls = () => readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n');

describe('signing', () => {
  test('signs by digest, the images inside an index too, and attaches to an image its bill of materials', async () => {
    notePushed();
    await sign();
    const sbom = `${folder}/sbom/stoker-agent.cdx.json`;
    expect(calls()).toEqual([
      `sign --yes --recursive ${chart}`,
      `sign --yes --recursive ${agent}`,
      `attest --yes --type cyclonedx --predicate ${sbom} ${agent}`,
    ]);
    expect(JSON.parse(readFileSync(sbom, 'utf8'))).toMatchObject({ components: [{ name: 'ajv' }, { name: 'git' }] });
  });

  test('with a key asks nobody on the internet', async () => {
    notePushed();
    await sign({ COSIGN_KEY: 'plant.key' });
    expect(calls().filter((call) => !call.includes(' --key plant.key --signing-config '))).toEqual([]);
    expect(readFileSync(join(folder, 'configs'), 'utf8')).not.toContain('http');
  });

  test('has nothing to do where nothing was pushed', async () => {
    expect(await sign()).toBe('nothing was pushed for this release\n');
  });
});
