// What an image holds below its program: Debian's packages and node, as components of a CycloneDX bill of materials.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BuiltImage } from '../../../e2e/src/cluster/images/buildImages.ts';
import { runProgram } from '../../../e2e/src/cluster/runProgram.ts';
import type { Place } from '../steps.ts';

interface Component {
  readonly type: 'library' | 'platform';
  readonly name: string;
  readonly version: string;
  /** Names it in all bills of materials: https://github.com/package-url/purl-spec */
  readonly purl: string;
  readonly 'bom-ref': string;
  readonly cpe?: string;
}

/** The packages whose status is below var/lib/dpkg/status.d of the layer (deploy/images/finish-base.sh), and the node that builds. */
export async function contentsOf({ layers: [base] }: BuiltImage): Promise<Component[]> {
  if (!base) throw new Error('an image without layers has no base');
  const args = ['--extract', '--to-stdout', '--file', base.file, '--wildcards', './var/lib/dpkg/status.d/*'];
  return [...debianComponents(await runProgram('tar', args)), nodeComponent(process.versions.node)];
}

/** Paragraphs of dpkg's status, one after another, as components. */
export function debianComponents(status: string): Component[] {
  return status
    .split(/^(?=Package: )/m)
    .filter((paragraph) => paragraph.trim() !== '')
    .map((paragraph) => {
      const [name, version, architecture] = ['Package', 'Version', 'Architecture'].map((field) => {
        const value = new RegExp(`^${field}: (\\S+)$`, 'm').exec(paragraph)?.[1];
        if (value === undefined) throw new Error(`a package without ${field}: ${paragraph.slice(0, 100)}`);
        return value;
      }) as [string, string, string];
      const purl = `pkg:deb/debian/${encodeURIComponent(name)}@${encodeURIComponent(version)}?arch=${architecture}&distro=debian-12`;
      return { type: 'library', name, version, purl, 'bom-ref': purl };
    });
}

function nodeComponent(version: string): Component {
  const purl = `pkg:generic/nodejs@${version}`;
  const cpe = `cpe:2.3:a:nodejs:node.js:${version}:*:*:*:*:*:*:*`;
  return { type: 'platform', name: 'nodejs', version, purl, cpe, 'bom-ref': purl };
}

const contentsFolder = ({ folder }: Place, image: string) => join(folder, 'oci/contents', image);

/** Keeps what an image holds on one kind of processor, for the bill of materials of all. */
export function noteContents(place: Place, image: string, architecture: string, contents: readonly Component[]): void {
  mkdirSync(contentsFolder(place, image), { recursive: true });
  writeFileSync(join(contentsFolder(place, image), `${architecture}.json`), JSON.stringify(contents));
}

/** Writes the bill of materials of an image, its program's with what lies below on any kind of processor; answers the file. */
export function writeImageSbom(place: Place, image: string, programSbom: string): string {
  const noted = contentsFolder(place, image);
  const files = existsSync(noted) ? readdirSync(noted).toSorted() : [];
  if (files.length === 0) throw new Error(`it is not known what ${image} holds: the step images notes it`);
  const below = files.flatMap((file): Component[] => JSON.parse(readFileSync(join(noted, file), 'utf8')));
  const program = JSON.parse(readFileSync(programSbom, 'utf8'));
  const components = [
    ...program.components,
    ...new Map(below.map((component) => [component.purl, component])).values(),
  ];
  const file = join(place.folder, 'sbom', `${image}.cdx.json`);
  writeFileSync(file, JSON.stringify({ ...program, components }, undefined, 2));
  return file;
}
