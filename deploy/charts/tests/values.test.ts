import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readValues } from '../scripts/readValues.ts';
import type { Effect } from './support/effect.ts';
import { effects } from './support/effects.ts';
import { at, chartFolder, find, type Manifest, render, type Values } from './support/renderChart.ts';

const values = readValues(readFileSync(join(chartFolder, 'values.yaml'), 'utf8')).flatMap((group) => group.values);
const rendered = new Map<string, Promise<readonly Manifest[]>>();

/** Without the CRDs, which take most of the time, unless asked for. */
function renderOnce(given: Values): Promise<readonly Manifest[]> {
  const key = JSON.stringify(given);
  const found = rendered.get(key) ?? render({ crds: { install: false }, ...given });
  rendered.set(key, found);
  return found;
}

/** The values with one more, given by its path. */
function withValue(given: Values, path: string, value: unknown): Values {
  const [key = '', ...rest] = path.split('.');
  const inner = given[key];
  const below = typeof inner === 'object' && inner !== null ? { ...inner } : {};
  return { ...given, [key]: rest.length === 0 ? value : withValue(below, rest.join('.'), value) };
}

function beforeAndAfter({ value, to, with: given = {} }: Effect): Promise<[readonly Manifest[], readonly Manifest[]]> {
  return Promise.all([renderOnce(given), renderOnce(withValue(given, value, to))]);
}

/** By `Kind/name`, those of one name in several namespaces together. */
function byName(manifests: readonly Manifest[]): Readonly<Record<string, readonly Manifest[]>> {
  return Object.fromEntries(Map.groupBy(manifests, ({ kind, metadata }) => `${kind}/${metadata.name}`));
}

/** The paths at which one has another value than the other, or other members. */
function differences(one: unknown, other: unknown, path: readonly string[] = []): string[] {
  if (JSON.stringify(one) === JSON.stringify(other)) return [];
  if (!isObject(one) || !isObject(other) || String(Object.keys(one)) !== String(Object.keys(other)))
    return [path.join('.')];
  return Object.keys(one).flatMap((key) => differences(one[key], other[key], [...path, key]));
}

/** Manifest and path of all that an effect's value changes. */
async function changedPlaces(effect: Effect): Promise<(readonly [string, string])[]> {
  const [before = {}, after = {}] = (await beforeAndAfter(effect)).map((manifests) => byName(manifests));
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((name) => differences(before[name], after[name]).map((where) => [name, where] as const));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

describe('each value of the chart changes what its name says', () => {
  test('and none is left out here', () => {
    const tested = effects.map((effect) => effect.value);
    expect(values.map(({ path }) => path).filter((path) => !tested.includes(path))).toEqual([]);
    expect(tested.filter((path) => !values.some((value) => value.path === path))).toEqual([]);
  });

  test.concurrent.each(effects.map((effect) => [effect.value, effect.in, effect] as const))(
    '%s in %s',
    async (_path, object, effect) => {
      const [before, after] = await beforeAndAfter(effect);
      const looked = (manifests: readonly Manifest[]) => at(find(manifests, object), effect.at ?? '');
      expect(looked(before)).not.toEqual(effect.is);
      expect(looked(after)).toEqual(effect.is);
    },
  );

  test.concurrent.each(values.map(({ path }) => path))('%s changes nothing of which no effect tells', async (path) => {
    const told = effects.filter(({ value }) => value === path);
    const isTold = (name: string, where: string) =>
      told
        .filter((effect) => effect.in === name)
        .map((effect) => `0.${effect.at ?? ''}`)
        .some((place) => place.startsWith(where) || where.startsWith(place));
    const changed = await Promise.all(told.map(changedPlaces));
    expect(changed.flat().filter(([name, where]) => !isTold(name, where))).toEqual([]);
  });
});
