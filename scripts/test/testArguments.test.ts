import { describe, expect, test } from '@jest/globals';
import { readTestArguments } from './testArguments.ts';

const folders = new Map([
  ['@stoker/gitref', 'packages/gitref'],
  ['@stoker/agent', 'apps/agent'],
]);

describe('readTestArguments', () => {
  test('runs every tier in the order of cost when nothing is named', () => {
    expect(readTestArguments([], folders)).toEqual({ tiers: ['unit', 'api', 'e2e'], folders: [], jestArguments: [] });
  });

  test('keeps the order of cost whatever the order of the arguments', () => {
    expect(readTestArguments(['e2e', 'unit'], folders).tiers).toEqual(['unit', 'e2e']);
  });

  test('runs only unit tests of a package that is filtered for, in both spellings of the option', () => {
    const plan = readTestArguments(['--filter', '@stoker/gitref', '--filter=@stoker/agent'], folders);
    expect(plan).toEqual({ tiers: ['unit'], folders: ['packages/gitref', 'apps/agent'], jestArguments: [] });
  });

  test('passes on what follows -- without reading it', () => {
    const plan = readTestArguments(['api', '--', '--testNamePattern', 'unit'], folders);
    expect(plan).toEqual({ tiers: ['api'], folders: [], jestArguments: ['--testNamePattern', 'unit'] });
  });

  test.each([
    [['--filter', '@stoker/none'], 'there is no package "@stoker/none"'],
    [['--filter'], 'there is no package ""'],
    [['--watch'], '"--watch" is neither a tier'],
  ])('refuses %j with a sentence', (args, message) => {
    expect(() => readTestArguments(args, folders)).toThrow(message);
  });
});
