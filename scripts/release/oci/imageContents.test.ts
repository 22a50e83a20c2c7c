import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { debianComponents, noteContents, writeImageSbom } from './imageContents.ts';

const git = `Package: git
Version: 1:2.39.5-0+deb12u2
Architecture: amd64
Description: fast, scalable, distributed revision control system
 Package: is a word of this line.
`;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stoker-contents-'));
  mkdirSync(join(folder, 'sbom'));
  writeFileSync(join(folder, 'sbom/program.cdx.json'), '{"bomFormat":"CycloneDX","components":[{"name":"ajv"}]}');
});
afterEach(() => rmSync(folder, { recursive: true }));

const place = () => ({ root: folder, folder });
const write = () => writeImageSbom(place(), 'stoker-agent', join(folder, 'sbom/program.cdx.json'));

test('packages of Debian have the names that scanners know', () => {
  const netbase = 'Package: netbase\nVersion: 6.4\nArchitecture: all\n';
  expect(debianComponents(git + netbase).map(({ purl }) => purl)).toEqual([
    'pkg:deb/debian/git@1%3A2.39.5-0%2Bdeb12u2?arch=amd64&distro=debian-12',
    'pkg:deb/debian/netbase@6.4?arch=all&distro=debian-12',
  ]);
});

test('a package without a version is refused', () => {
  expect(() => debianComponents('Package: git\nArchitecture: all\n')).toThrow('a package without Version');
});

test("an image's bill of materials is its program's, with what lies below on each kind of processor once", () => {
  const all = debianComponents('Package: netbase\nVersion: 6.4\nArchitecture: all\n');
  noteContents(place(), 'stoker-agent', 'amd64', [...all, ...debianComponents(git)]);
  noteContents(place(), 'stoker-agent', 'arm64', [...all, ...debianComponents(git.replace('amd64', 'arm64'))]);
  const { bomFormat, components } = JSON.parse(readFileSync(write(), 'utf8'));
  expect(bomFormat).toBe('CycloneDX');
  expect(components.map(({ name }: { name: string }) => name)).toEqual(['ajv', 'netbase', 'git', 'git']);
});

test('an image of which nothing was noted has none', () => {
  expect(write).toThrow('it is not known what stoker-agent holds');
});
