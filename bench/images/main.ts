// npm run bench -- images: how large the images are, and how soon their programs start.
import { buildImages } from '../../e2e/src/cluster/images/buildImages.ts';
import { userInCluster } from '../../e2e/src/cluster/images/users.ts';
import { markdownTable } from '../markdownTable.ts';
import { readOptions } from '../readOptions.ts';
import { compressedBytes } from './compressedBytes.ts';
import { startUpTimes } from './startUpTimes.ts';

const help = `npm run bench -- images [OPTIONS]

  Builds the images of this checkout and measures what a node downloads (each layer packed with gzip), what it keeps, and
  the time from starting a program in its image to its answer to --version, beside a bare node's. Needs root and Debian's
  mmdebstrap, and the programs built: npm run build.

  --runs N           starts of each program (default 9)
  --output json      everything that was measured, and nothing else, on standard output
  --help`;

const { counts, isJson } = readOptions(help, { runs: 9 });

const product = ['stoker-controller', 'stoker-agent', 'stoker-injector'];
const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;

const images = (await buildImages()).filter(({ reference }) => product.some((name) => reference.includes(name)));
const results = [];
for (const image of images) {
  const name = image.reference.replace(/^.*\/|:.*$/g, '');
  console.error(name);
  const { programMs, nodeMs } = await startUpTimes(image, userInCluster(name), counts.runs);
  const layers = await Promise.all(
    image.layers.map(async ({ size, file }) => ({ bytes: size, compressedBytes: await compressedBytes(file) })),
  );
  results.push({ name, digest: image.manifest.digest, layers, programMs, nodeMs });
}
const rows = results.map(({ name, layers, programMs, nodeMs }) => [
  name,
  megabytes(layers.reduce((sum, layer) => sum + layer.compressedBytes, 0)),
  ...layers.map(({ bytes }) => megabytes(bytes)),
  `${programMs.toFixed(0)} ms`,
  `${(programMs / nodeMs).toFixed(1)}×`,
]);
const header = ['image', 'download', 'base', 'node', 'program', 'start-up', 'of a bare node'];
console.log(isJson ? JSON.stringify(results, undefined, 2) : markdownTable(header, rows));
