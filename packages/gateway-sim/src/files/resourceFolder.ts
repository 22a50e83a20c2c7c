import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isRecord } from '../loader/checkResource.ts';
import { resourceSignature, signatureAttribute, type Resource } from '../loader/resourceSignature.ts';

/** Writes a file of the data folder whole: nobody ever sees half of it. It is made in `var`, where no sync looks. */
export async function writeWhole(dataDir: string, path: string, content: string | Uint8Array): Promise<void> {
  const target = join(dataDir, path);
  const made = join(dataDir, 'var', randomUUID());
  await mkdir(dirname(target), { recursive: true });
  await mkdir(dirname(made), { recursive: true });
  try {
    await writeFile(made, content);
    await rename(made, target);
  } finally {
    await rm(made, { force: true });
  }
}

/**
 * Signs a resource anew after its files have changed: who, when, and the signature. `added` joins the files it lists.
 * Nothing happens in a folder without a usable `resource.json`.
 */
export async function signAgain(
  dataDir: string,
  folder: string,
  { actor, added = [] }: { readonly actor: string; readonly added?: readonly string[] },
): Promise<void> {
  const path = `${folder}/resource.json`;
  const resource = await readResource(join(dataDir, path));
  if (resource === undefined) return;
  const files = [...new Set([...resource.files, ...added])];
  const timestamp = `${new Date().toISOString().slice(0, 19)}Z`;
  const attributes = { ...resource.attributes, lastModification: { actor, timestamp } };
  const hashes = new Map<string, string>();
  for (const file of files) {
    const content = await readFile(join(dataDir, folder, file));
    hashes.set(file, createHash('sha256').update(content).digest('hex'));
  }
  const unsigned: Resource = { ...resource, files, attributes };
  const signature = resourceSignature(unsigned, (file) => hashes.get(file) ?? '');
  const signed = { ...unsigned, attributes: { ...attributes, [signatureAttribute]: signature } };
  await writeWhole(dataDir, path, JSON.stringify(signed, undefined, 2));
}

async function readResource(path: string): Promise<Resource | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    return isResource(value) ? value : undefined;
  } catch (error) {
    if (Error.isError(error) && 'code' in error && error.code === 'ENOENT') return undefined;
    if (Error.isError(error) && error.name === 'SyntaxError') return undefined;
    throw error;
  }
}

function isResource(value: unknown): value is Resource {
  return isRecord(value) && typeof value['scope'] === 'string' && Array.isArray(value['files']);
}
