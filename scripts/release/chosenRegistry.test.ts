import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { chosenRegistry } from './chosenRegistry.ts';

const nowhere = 'http://127.0.0.1:1/';
const settings = ['STOKER_NPM_REGISTRY', 'PNPM_CONFIG_USERCONFIG'] as const;
const before = settings.map((name) => process.env[name]);

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stoker-registry-'));
  for (const name of settings) delete process.env[name];
});

afterEach(() => {
  rmSync(folder, { recursive: true });
  settings.forEach((name, index) => {
    if (before[index] === undefined) delete process.env[name];
    else process.env[name] = before[index];
  });
});

function configure(npmrc: string): void {
  const file = join(folder, 'npmrc');
  writeFileSync(file, npmrc);
  process.env['PNPM_CONFIG_USERCONFIG'] = file;
}

describe('the registry to publish to', () => {
  test('is never guessed', async () => {
    await expect(chosenRegistry(folder)).rejects.toThrow('set STOKER_NPM_REGISTRY');
  });

  test('is the chosen one, whatever npm is configured to use', async () => {
    configure('registry=https://registry.example.com/\n');
    process.env['STOKER_NPM_REGISTRY'] = nowhere;
    expect(await chosenRegistry(folder)).toEqual({ PNPM_CONFIG_REGISTRY: nowhere });
  });

  test('is refused when an .npmrc sends our packages elsewhere', async () => {
    configure('@stoker:registry=https://registry.example.com/\n');
    process.env['STOKER_NPM_REGISTRY'] = nowhere;
    await expect(chosenRegistry(folder)).rejects.toThrow(
      `would publish to https://registry.example.com/, not to ${nowhere}`,
    );
  });
});
