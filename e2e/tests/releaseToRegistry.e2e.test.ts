// Images and chart of a release, pushed to a registry by the steps of the workflow, and what a stranger finds there.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { goProgram, requireGoProgram } from '../src/cluster/goPrograms.ts';
import { installGoProgram } from '../src/cluster/goTool.ts';
import { imageDefinitions } from '../src/cluster/images/definitions.ts';
import { labelsOf } from '../src/cluster/images/labels.ts';
import { runProgram } from '../src/cluster/runProgram.ts';
import { theseSources } from '../src/registry/previousRelease.ts';
import { planRelease, releaseStep } from '../src/registry/releaseTo.ts';
import { type ImageRegistry, serveImages } from '../src/registry/serveImages.ts';

jest.setTimeout(300_000);

const version = '7.8.9';
const images = ['stoker-agent', 'stoker-controller', 'stoker-injector'];
const architecture = process.arch === 'arm64' ? 'arm64' : 'amd64';

let folder: string;
let registry: ImageRegistry;
/** What the registry held after each step. */
let digests: Readonly<Record<string, string>>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stoker-release-'));
  registry = await serveImages(join(folder, 'registry'));
  planRelease(folder, version);
  for (const step of ['images', 'index', 'chart']) await release(step);
  digests = Object.fromEntries(await Promise.all(images.map(async (name) => [name, await digestOf(name, version)])));
});

afterAll(async () => {
  await registry.close();
  rmSync(folder, { recursive: true, force: true });
});

const release = (step: string) => releaseStep(registry, folder, step);

function skopeo(...args: string[]): Promise<string> {
  return runProgram('skopeo', args, { env: registry.trust });
}

const reference = (name: string, tag: string) => `docker://${registry.address}/stoker/${name}:${tag}`;

async function digestOf(name: string, tag: string): Promise<string> {
  return (await skopeo('inspect', '--format', '{{.Digest}}', reference(name, tag))).trim();
}

test.each(images)('%s has its version as a tag, for this kind of processor', async (name) => {
  const index = JSON.parse(await skopeo('inspect', '--raw', reference(name, version)));
  expect(index.manifests).toMatchObject([{ platform: { os: 'linux', architecture } }]);
  expect(index.manifests[0].digest).toBe(await digestOf(name, `${version}-${architecture}`));
  const config = JSON.parse(await skopeo('inspect', '--config', reference(name, version)));
  expect(config).toMatchObject({ os: 'linux', architecture });
  const definition = imageDefinitions.find((image) => image.name === name);
  expect(config.config.Labels).toEqual(definition && labelsOf(definition));
});

test('pushed again, every image has the digest it had', async () => {
  for (const step of ['images', 'index']) await release(step);
  for (const name of images) expect(await digestOf(name, version)).toBe(digests[name]);
});

test('the chart is found beside them, with their version, and takes them from where they are', async () => {
  const chart = [`oci://${registry.address}/stoker/charts/stoker`, '--version', version];
  const helm = (...args: string[]) => runProgram(requireGoProgram('helm'), args, { env: registry.trust });
  expect(await helm('show', 'chart', ...chart)).toMatch(
    new RegExp(`^appVersion: ${version}$[^]*^version: ${version}$`, 'm'),
  );
  const rendered = await helm('template', 'stoker', ...chart, '--kube-version', '1.34.0');
  for (const name of images) expect(rendered).toContain(`${registry.address}/stoker/${name}:${version}`);
});

describe('signed with a key', () => {
  const password = { COSIGN_PASSWORD: '' };
  // No transparency log can be asked from here.
  const alone = ['--key', 'cosign.pub', '--insecure-ignore-tlog=true'];
  const cosign = (...args: string[]) =>
    runProgram(requireGoProgram('cosign'), args, { cwd: folder, env: { ...registry.trust, ...password } });

  beforeAll(async () => {
    if (!goProgram('cosign')) await installGoProgram('cosign', () => undefined);
    await cosign('generate-key-pair');
    for (const step of ['sbom', 'sign']) {
      const env = { ...password, COSIGN_KEY: join(folder, 'cosign.key') };
      await releaseStep(registry, folder, step, { ...theseSources, env });
    }
  }, 900_000);

  test.each(images)('%s is verified, and carries a signed bill of what its program runs with', async (name) => {
    const image = `${registry.address}/stoker/${name}:${version}`;
    const [signature] = JSON.parse(await cosign('verify', ...alone, image));
    expect(signature.critical.image['docker-manifest-digest']).toBe(digests[name]);
    const attestation = JSON.parse(await cosign('verify-attestation', '--type', 'cyclonedx', ...alone, image));
    const statement = JSON.parse(Buffer.from(attestation.payload, 'base64').toString());
    const components: { name: string; group?: string }[] = statement.predicate.components;
    const names = components.map(({ name: component }) => component);
    expect(names).toEqual(expect.arrayContaining(['prom-client', 'ajv', 'nodejs', 'libc6', 'ca-certificates']));
    expect(names.includes('git')).toBe(name !== 'stoker-injector');
  });

  test('so is the chart', async () => {
    expect(await cosign('verify', ...alone, `${registry.address}/stoker/charts/stoker:${version}`)).toContain(
      'sha256:',
    );
  });

  test('another key verifies nothing', async () => {
    await cosign('generate-key-pair', '--output-key-prefix', 'other');
    const image = `${registry.address}/stoker/stoker-agent:${version}`;
    const other = cosign('verify', '--key', 'other.pub', '--insecure-ignore-tlog=true', image);
    await expect(other).rejects.toThrow('failed to verify signature');
  });
});
