import type { Random } from './random.ts';
import { addResource, ignitionJson, type RepositoryFiles } from './repositoryFiles.ts';

/** Tags and types of one provider, a resource a folder, as `tag-definition` keeps them. */
export function addTags(files: RepositoryFiles, folder: string, area: string, random: Random): void {
  const types = ['Motor', 'Valve', 'Analogue'].map((name) => ({
    name,
    tagType: 'UdtType',
    parameters: { unit: { dataType: 'Integer' } },
    tags: ['Running', 'Fault', 'Speed'].map((tag) => ({ name: tag, tagType: 'AtomicTag', valueSource: 'opc' })),
  }));
  addResource(files, folder, { 'tags.json': ignitionJson([]), 'udts.json': ignitionJson(types) });
  for (const line of ['Line 1', 'Line 2', 'Line 3', 'Utilities']) {
    const contents = { 'tags.json': lineTags(area, line, 10 + random.below(30)) };
    addResource(files, `${folder}/${line}`, contents);
  }
}

/** Tags of one line. */
export function lineTags(area: string, line: string, count: number): string {
  const tags = Array.from({ length: count }, (_, index) => ({
    name: `Value ${index}`,
    tagType: 'AtomicTag',
    dataType: index % 3 === 0 ? 'Boolean' : 'Float8',
    valueSource: 'opc',
    opcServer: 'Ignition OPC UA Server',
    opcItemPath: `ns=1;s=[${area}-plc]${line.replace(' ', '')}.DB${index}`,
    historyEnabled: index % 2 === 0,
  }));
  return ignitionJson(tags);
}
