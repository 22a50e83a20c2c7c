import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

function stoker(args: readonly string[], env: Record<string, string> = {}) {
  const script = join(import.meta.dirname, 'stoker.mjs');
  return spawnSync(process.execPath, [script, ...args], { encoding: 'utf8', env: { ...process.env, ...env } });
}

test('a dry run of set-up names what it would install and touches nothing', () => {
  const cache = mkdtempSync(join(tmpdir(), 'stoker-dry-'));
  try {
    const { stdout, status } = stoker(['setup', '--dry-run'], { XDG_CACHE_HOME: cache });
    expect(status).toBe(0);
    expect(stdout).toMatch(/containerd[^]*Kubernetes 1\.34[^]*Helm 3\.22/);
    for (const name of ['actionlint', 'promtool', 'cosign', 'cert-manager']) expect(stdout).toContain(`  ${name} `);
    expect(readdirSync(cache)).toEqual([]);
  } finally {
    rmSync(cache, { recursive: true });
  }
});

test('help for the demo sets nothing up', () => {
  const cache = mkdtempSync(join(tmpdir(), 'stoker-help-'));
  try {
    const { stdout, status } = stoker(['demo', '--help'], { STOKER_SETUP: 'off', XDG_CACHE_HOME: cache });
    expect([status, readdirSync(cache)]).toEqual([0, []]);
    expect(stdout).toContain('npm run demo');
  } finally {
    rmSync(cache, { recursive: true });
  }
});

test('lint that must not install says which program is missing, and builds none', () => {
  const cache = mkdtempSync(join(tmpdir(), 'stoker-off-'));
  try {
    const env = { STOKER_SETUP: 'off', XDG_CACHE_HOME: cache };
    const { stderr, status } = stoker(['run', 'scripts/lint/alerts.ts'], env);
    expect([status, readdirSync(cache)]).toEqual([1, []]);
    expect(stderr).toContain('promtool is missing, and STOKER_SETUP=off says to install nothing');
  } finally {
    rmSync(cache, { recursive: true });
  }
});

test('set-up that must not install says what is missing', () => {
  const cache = mkdtempSync(join(tmpdir(), 'stoker-off-'));
  try {
    const { stderr, status } = stoker(['setup', '--no-install'], { XDG_CACHE_HOME: cache, STOKER_CLUSTER: 'local' });
    expect(status).toBe(1);
    expect(stderr).toMatch(/missing, and not installed:\n[^]*kube /);
    expect(readdirSync(cache)).toEqual([]);
  } finally {
    rmSync(cache, { recursive: true });
  }
});

test('an unknown command is refused with those there are', () => {
  const { stderr, status } = stoker(['nonsense']);
  expect([status, stderr]).toEqual([2, expect.stringContaining('it can be setup, demo, test')]);
});

test.each(['--dry-rum', 'kube'])('set-up refuses %s and starts nothing', (argument) => {
  const { stdout, stderr, status } = stoker(['setup', argument]);
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(new RegExp(`does not know ${argument}; it can be given --dry-run, --no-install`));
});
