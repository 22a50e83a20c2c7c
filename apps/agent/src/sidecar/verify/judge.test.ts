import { describe, expect, test } from '@jest/globals';
import { touchedBy } from '../../converge/touched.ts';
import { findProblems, type GatewayView } from './judge.ts';

const mes = 'ignition/database-connection/mes';
const mesFile = 'config/resources/core/ignition/database-connection/mes';
const touchedMes = touchedBy([{ path: `${mesFile}/config.json`, kind: 'modified' }]);
const view = (over: Partial<GatewayView> = {}): GatewayView => ({
  projects: ['plant'],
  resources: [mes],
  unreadTypes: [],
  complaints: [],
  ...over,
});
const sick = { kind: 'resource', subject: mes, message: 'no route to host' } as const;
const other = { kind: 'resource', subject: 'ignition/database-connection/erp', message: 'down' } as const;
const module = { kind: 'module', subject: 'com.example', message: 'in quarantine' } as const;

describe('a problem', () => {
  test.each([
    ['that a touched resource did not have before is new', view(), sick, true],
    [
      'that was there before is not, also in other words',
      view({ complaints: [{ ...sick, message: 'x' }] }),
      sick,
      false,
    ],
    ['of a resource that the sync did not touch is none of its making', view(), other, false],
    ['of a module is new whatever the sync touched', view(), module, true],
    ['is blamed on nobody when nobody asked before', undefined, sick, false],
  ])('%s', (_sentence, before, complaint, isNew) => {
    const after = view({ complaints: [complaint] });
    expect(findProblems(before, after, touchedMes)).toEqual([{ ...complaint, isNew }]);
  });

  test('that is new comes first', () => {
    const after = view({ complaints: [other, sick] });
    expect(findProblems(view(), after, touchedMes).map(({ subject }) => subject)).toEqual([mes, other.subject]);
  });
});

const erp = 'ignition/database-connection/erp';
const addedErp = touchedBy([
  { path: 'config/resources/core/ignition/database-connection/erp/resource.json', kind: 'added' },
]);

describe('what is not loaded', () => {
  const written = touchedBy([{ path: 'projects/new/project.json', kind: 'added' }]);

  test.each([
    ['a project that was there before', view(), view({ projects: [] }), touchedBy([]), 'plant'],
    ['a project that the sync brought', view(), view(), written, 'new'],
    ['a touched resource that was there before', view(), view({ resources: [] }), touchedMes, mes],
    ['a resource that the sync brought, of a type that the gateway lists', view(), view(), addedErp, erp],
  ])('is a problem: %s', (_what, before, after, touched, subject) => {
    expect(findProblems(before, after, touched)).toEqual([expect.objectContaining({ subject, isNew: true })]);
  });

  test.each([
    ['a project that the sync deleted', 'projects/plant/project.json', view({ projects: [] })],
    ['a resource that the sync deleted', `${mesFile}/resource.json`, view({ resources: [] })],
  ])('is none: %s', (_what, path, after) => {
    expect(findProblems(view(), after, touchedBy([{ path, kind: 'deleted' }]))).toEqual([]);
  });

  test('is none where the gateway sent no usable list of the type', () => {
    const after = view({ resources: [], unreadTypes: ['ignition/database-connection'] });
    expect(findProblems(view(), after, touchedMes)).toEqual([]);
  });

  test.each([touchedMes, addedErp])(
    'is none where the gateway never listed the type: not every one can be',
    (touched) => {
      expect(findProblems(view({ resources: [] }), view({ resources: [] }), touched)).toEqual([]);
    },
  );
});
