import { expect, test } from '@jest/globals';
import { makeDraft } from '../testing/draft.ts';
import { agentRoles } from './agentRoles.ts';

const { stoker } = makeDraft();
const owner = { apiVersion: 'stoker.io/v1alpha1', kind: 'Stoker', name: 'plant', uid: 'uid-plant' };

test('each service account may touch exactly the documents of its own gateways', () => {
  const access = agentRoles(
    stoker,
    [
      { gatewayName: 'b', serviceAccountName: 'area' },
      { gatewayName: 'site', serviceAccountName: 'site' },
      { gatewayName: 'a', serviceAccountName: 'area' },
    ],
    owner,
  );
  expect(access.map(({ role }) => [role.metadata.name, role.rules])).toEqual([
    [
      'stoker-agent-plant:area',
      [
        {
          apiGroups: [''],
          resources: ['configmaps'],
          verbs: ['get', 'list', 'watch'],
          resourceNames: ['stoker-metadata-plant.a', 'stoker-metadata-plant.b'],
        },
        {
          apiGroups: [''],
          resources: ['configmaps'],
          verbs: ['get', 'patch'],
          resourceNames: [
            'stoker-status-plant.a',
            'stoker-changes-plant.a',
            'stoker-status-plant.b',
            'stoker-changes-plant.b',
          ],
        },
      ],
    ],
    [
      'stoker-agent-plant:site',
      [
        {
          apiGroups: [''],
          resources: ['configmaps'],
          verbs: ['get', 'list', 'watch'],
          resourceNames: ['stoker-metadata-plant.site'],
        },
        {
          apiGroups: [''],
          resources: ['configmaps'],
          verbs: ['get', 'patch'],
          resourceNames: ['stoker-status-plant.site', 'stoker-changes-plant.site'],
        },
      ],
    ],
  ]);
  expect(access[0]?.binding).toMatchObject({
    roleRef: { kind: 'Role', name: 'stoker-agent-plant:area' },
    subjects: [{ kind: 'ServiceAccount', name: 'area', namespace: 'ns' }],
    metadata: { ownerReferences: [owner] },
  });
});

test('no rule is without names: that would be a right to every ConfigMap', () => {
  expect(agentRoles(stoker, [], owner)).toEqual([]);
});

test('two Stokers never share a Role, whatever dots are in their names and in those of service accounts', () => {
  const named = (cr: string, serviceAccountName: string) => {
    const other = { ...stoker, metadata: { ...stoker.metadata, name: cr } };
    return agentRoles(other, [{ gatewayName: 'a', serviceAccountName }], owner)[0]?.role.metadata.name;
  };
  expect(named('plant.north', 'site')).not.toBe(named('plant', 'north.site'));
});

test('the name for a very long service account fits, and is its own', () => {
  const names = ['x', 'y'].map(
    (end) =>
      agentRoles(stoker, [{ gatewayName: 'a', serviceAccountName: 'a'.repeat(252) + end }], owner)[0]?.role.metadata
        .name,
  );
  expect(new Set(names).size).toBe(2);
  expect(names.every((name) => name !== undefined && name.length <= 253)).toBe(true);
});
