import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { resourceSignature, type Resource } from '../loader/resourceSignature.ts';

/** A data folder in the temporary folder. */
export interface DataFolder {
  readonly path: string;
  write(path: string, content: string): void;
  /** Writes the files of a resource and its signed `resource.json`. */
  resource(folder: string, files: Readonly<Record<string, string>>, fields?: Partial<Resource>): void;
  remove(): void;
}

export const configMode = (parent: string) =>
  JSON.stringify({ title: 'Test', enabled: true, inheritable: true, parent });

/** An empty one. */
function makeDataFolder(): DataFolder {
  const root = mkdtempSync(join(tmpdir(), 'gateway-sim-'));

  function write(path: string, content: string): void {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }

  return {
    path: root,
    write,
    resource(folder, files, fields = {}) {
      for (const [name, content] of Object.entries(files)) write(`${folder}/${name}`, content);
      const attributes = { lastModification: { actor: 'admin', timestamp: '2026-03-01T08:15:30Z' } };
      const unsigned = { scope: 'A', version: 1, overridable: true, files: Object.keys(files), attributes, ...fields };
      const sha256 = (name: string) =>
        createHash('sha256')
          .update(files[name] ?? '')
          .digest('hex');
      const signed = { ...attributes, lastModificationSignature: resourceSignature(unsigned, sha256) };
      write(`${folder}/resource.json`, JSON.stringify({ ...unsigned, attributes: signed }, undefined, 2));
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

export const viewFolder = 'projects/plant/com.inductiveautomation.perspective/views/Pumps';
export const propertiesFolder = 'config/resources/core/ignition/system-properties';

/** A small folder that a gateway starts with and finds nothing wrong in. */
export function makeValidDataFolder(): DataFolder {
  const folder = makeDataFolder();
  folder.write('projects/plant/project.json', JSON.stringify({ title: 'Plant', enabled: true, parent: '' }));
  folder.resource(viewFolder, { 'view.json': '{"root":{}}' }, { scope: 'G' });
  folder.write('config/resources/core/config-mode.json', configMode('external'));
  folder.resource(propertiesFolder, { 'config.json': '{"systemName":"plant"}' });
  return folder;
}
