import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { checkout } from '../../../e2e/src/cluster/paths.ts';
import { readmeOf, withRegistry } from './pushChart.ts';

const values = readFileSync(join(checkout, 'deploy/charts/stoker/values.yaml'), 'utf8');

test('the values of the chart get each image from the registry, wherever they had it from, and keep all else', () => {
  const released = withRegistry(values, 'registry.example.com/stoker');
  expect(released.match(/^ *repository: registry\.example\.com\/stoker\/stoker-\w+$/gm)).toHaveLength(3);
  expect(withRegistry(released, 'registry.example.com/stoker')).toBe(released);
  const others = (text: string) => text.split('\n').filter((line) => !line.includes('repository: '));
  expect(others(released)).toEqual(others(values));
});

test('the README of the chart says where this one is installed from, and where its images are', () => {
  const readme = readFileSync(join(checkout, 'deploy/charts/stoker/README.md'), 'utf8');
  const released = readmeOf(readme, 'registry.example.com/stoker');
  expect(released).toContain('helm install stoker oci://registry.example.com/stoker/charts/stoker --namespace');
  expect(released.match(/image\.repository` \| `registry\.example\.com\/stoker\/stoker-\w+` \|/g)).toHaveLength(3);
  expect(released).not.toContain('REGISTRY');
  expect(() => readmeOf('nothing', 'r')).toThrow('the README of the chart does not say "oci://REGISTRY/charts/stoker"');
});

test('values that do not name an image are refused', () => {
  expect(() => withRegistry('agent: {}', 'r')).toThrow('values.yaml has no line "repository: stoker-controller"');
});
