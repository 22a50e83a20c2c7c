import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { kubeBinary } from '../../../e2e/src/cluster/kubeBinary.ts';
import { runProgram } from '../../../e2e/src/cluster/runProgram.ts';
import { useOwnApiServer } from './support/ownApiServer.ts';
import { chartFolder, release } from './support/renderChart.ts';

const server = useOwnApiServer();
const inNamespace = ['--namespace', release.namespace];
const install = ['upgrade', '--install', release.name, chartFolder, ...inNamespace];
const crds = ['stokers.stoker.io', 'syncprofiles.stoker.io'];
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'stoker-releases-'));
  // What a person calls kubectl.
  symlinkSync(kubeBinary(), join(folder, 'kubectl'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The chart as a version was whose Stokers had no `spec.paused`. */
function olderChart(): string {
  const older = join(folder, 'older');
  cpSync(chartFolder, older, { recursive: true });
  const path = join(older, 'files/crds/stokers.stoker.io.yaml');
  const crd = parse(readFileSync(path, 'utf8'));
  const [{ schema }] = crd.spec.versions;
  delete schema.openAPIV3Schema.properties.spec.properties.paused;
  writeFileSync(path, stringify(crd));
  return older;
}

async function knowsPaused(): Promise<boolean> {
  const path = 'jsonpath={.spec.versions[0].schema.openAPIV3Schema.properties.spec.properties.paused.type}';
  return (await server().kubectl(['get', 'crd', 'stokers.stoker.io', '--output', path])) === 'boolean';
}

describe('a release', () => {
  test('ends with three commands that do what they say', async () => {
    const printed = await server().helm([...install, '--set', 'watchNamespaces={plant-a}']);
    const notes = printed.slice(printed.indexOf('NOTES:'));
    const commands = [...notes.matchAll(/^ {3}(kubectl [^]*?)\n\n/gm)].map(([, text = '']) =>
      text.replaceAll('\n   ', '\n'),
    );
    expect(commands).toHaveLength(3);
    const [wait = '', apply = '', ask = ''] = commands;
    const env = { KUBECONFIG: server().kubeconfig, PATH: `${folder}:${process.env['PATH']}` };
    const typed = (command: string) => runProgram('sh', ['-c', command], { env });

    // No controller makes pods here.
    await expect(typed(`${wait} --watch=false`)).resolves.toContain('Waiting for');
    await server().kubectl(['wait', 'crd', ...crds, '--for=condition=Established']);
    await expect(typed(apply)).resolves.toContain('stoker.stoker.io/plant created');
    await server().kubectl(['apply', '--namespace', 'plant-a', '--filename', '-'], { input: JSON.stringify(gateway) });
    await expect(typed(ask.replace('GATEWAY', gateway.metadata.name))).resolves.toContain('patched');
    const annotation = 'jsonpath={.spec.template.metadata.annotations.stoker\\.io/inject}';
    const asked = ['get', 'statefulset', gateway.metadata.name, '--namespace', 'plant-a', '--output', annotation];
    await expect(server().kubectl(asked)).resolves.toBe('true');
  });

  test('upgrades its CRDs, and gives them back their schema when it is rolled back', async () => {
    await server().helm(['upgrade', release.name, olderChart(), ...inNamespace]);
    await expect(knowsPaused()).resolves.toBe(false);
    await server().helm(install);
    await expect(knowsPaused()).resolves.toBe(true);
    await server().helm(['rollback', release.name, ...inNamespace]);
    await expect(knowsPaused()).resolves.toBe(false);
    await server().helm(install);
  });

  test('stands beside another that leaves the CRDs to it', async () => {
    const other = ['install', 'other', chartFolder, '--namespace', 'plant-b'];
    await expect(server().helm(other)).rejects.toThrow('invalid ownership metadata');
    await server().helm([...other, '--set', 'crds.install=false']);
    await server().helm(['uninstall', 'other', '--namespace', 'plant-b']);
    await expect(knowsPaused()).resolves.toBe(true);
  });

  test('leaves CRDs and resources behind when it is uninstalled, for another to take over as the README says', async () => {
    await server().helm(['uninstall', release.name, ...inNamespace]);
    const left = ['get', 'stokers,syncprofiles', '--namespace', 'plant-a', '--output', 'name'];
    await expect(server().kubectl(left)).resolves.toBe('stoker.stoker.io/plant\nsyncprofile.stoker.io/default\n');

    const other = ['install', 'other', chartFolder, '--namespace', 'plant-b'];
    await expect(server().helm(other)).rejects.toThrow('invalid ownership metadata');
    const readme = readFileSync(join(chartFolder, 'README.md'), 'utf8');
    const [, command = ''] = /`kubectl (annotate --overwrite crd [^`]*)`/.exec(readme) ?? [];
    await server().kubectl(command.replace('=NAMESPACE', '=plant-b').replace('=NAME', '=other').split(/\s+/));
    await server().helm(other);
    await expect(server().kubectl(left)).resolves.toContain('stoker.stoker.io/plant');
  });
});

const gateway = {
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'gateway' },
  spec: {
    selector: { matchLabels: { app: 'gateway' } },
    template: {
      metadata: { labels: { app: 'gateway' } },
      spec: { containers: [{ name: 'gateway', image: 'ignition' }] },
    },
  },
};
