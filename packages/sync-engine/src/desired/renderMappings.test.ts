import { describe, expect, test } from '@jest/globals';
import { describeError } from '@stoker/errors';
import { mapping } from '../testing/requests.ts';
import type { Mapping } from '../types.ts';
import { renderMappings } from './renderMappings.ts';

const variables = { GatewayName: 'area-1', Vars: { site: 'plant', up: '../..', empty: '' } };

function reasonOf(wanted: Mapping): string {
  try {
    renderMappings([wanted], variables);
  } catch (error) {
    return describeError(error).reason;
  }
  return 'none';
}

describe('renderMappings', () => {
  test('renders both paths and drops what says nothing', () => {
    expect(
      renderMappings([mapping('./sites/{{.Vars.site}}/', 'projects/{{.GatewayName}}/./')], variables),
    ).toMatchObject([{ source: 'sites/plant', destination: 'projects/area-1', prune: 'mirror' }]);
  });

  test('never mirrors the root', () => {
    expect(renderMappings([mapping('.', '.')], variables)).toMatchObject([{ destination: '', prune: 'owned' }]);
  });

  test.each([
    ['/etc', 'UnsafePath'],
    ['../x', 'UnsafePath'],
    ['a/../../x', 'UnsafePath'],
    ['{{.Vars.up}}', 'UnsafePath'],
    ['{{.Vars.empty}}', 'UnsafePath'],
    ['{{.Vars.empty}}/etc', 'UnsafePath'],
    ['a//b', 'UnsafePath'],
    ['a\\b', 'UnsafePath'],
    ['a\0b', 'UnsafePath'],
    ['a/'.repeat(2049), 'UnsafePath'],
    ['n'.repeat(256), 'UnsafePath'],
    ['é'.repeat(128), 'UnsafePath'],
    ['n'.repeat(255), 'none'],
    ['..a/b..', 'none'],
    ['{{.Missing}}', 'InvalidTemplate'],
  ])('answers a source of %j with %s', (path, reason) => {
    expect([reasonOf(mapping(path, 'conf')), reasonOf(mapping('conf', path))]).toEqual([reason, reason]);
  });

  test('names the mapping and the field that cannot be used', () => {
    const wanted = [mapping('conf', 'conf'), mapping('conf', '{{.Vars.area}}')];
    expect(() => renderMappings(wanted, variables)).toThrow('mappings[1].destination: "{{.Vars.area}}" has no value');
    expect(() => renderMappings([mapping('../x', 'conf')], variables)).toThrow('mappings[0].source "../x"');
  });

  test('calls a mapping what its label says', () => {
    const patches = [{ file: '*', set: { '$.a': '{{.Nope}}' } }];
    const label = 'list seven, row 3';
    expect(() => renderMappings([mapping('../x', 'conf', { label })], variables)).toThrow('list seven, row 3.source');
    expect(() => renderMappings([mapping('x', '../x', { label })], variables)).toThrow('list seven, row 3.destination');
    expect(() => renderMappings([mapping('x', 'x', { label, patches })], variables)).toThrow(
      'list seven, row 3.patches[0].set: "{{.Nope}}"',
    );
  });

  test.each(['.', 'conf/'])('refuses the folder %j as the destination of a file', (destination) => {
    expect(reasonOf(mapping('a.txt', destination, { type: 'file' }))).toBe('UnsafePath');
  });
});
