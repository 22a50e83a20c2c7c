import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readValues } from '../scripts/readValues.ts';
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

describe('each value of the chart changes what its name says', () => {
  test('and none is left out here', () => {
    const tested = effects.map((effect) => effect.value);
    expect(values.map(({ path }) => path).filter((path) => !tested.includes(path))).toEqual([]);
    expect(tested.filter((path) => !values.some((value) => value.path === path))).toEqual([]);
  });

  test.concurrent.each(effects.map((effect) => [effect.value, effect.in, effect] as const))(
    '%s in %s',
    async (path, object, effect) => {
      const given = effect.with ?? {};
      const [before, after] = await Promise.all([renderOnce(given), renderOnce(withValue(given, path, effect.to))]);
      const looked = (manifests: readonly Manifest[]) => at(find(manifests, object), effect.at ?? '');
      expect(looked(before)).not.toEqual(effect.is);
      expect(looked(after)).toEqual(effect.is);
    },
  );
});
