import { stokers, syncProfiles } from '../src/resourceTypes.ts';
import { stokerSpec } from '../src/schemas/stokerSpec.ts';
import { stokerStatus } from '../src/schemas/stokerStatus.ts';
import { syncProfileSpec } from '../src/schemas/syncProfileSpec.ts';
import { syncProfileStatus } from '../src/schemas/syncProfileStatus.ts';
import type { TSchema } from 'typebox';
import type { JsonSchema } from './runtimeSchema.ts';
import { structuralSchema, validations } from './structuralSchema.ts';

interface CrdOptions {
  readonly type: { readonly group: string; readonly version: string; readonly kind: string; readonly plural: string };
  readonly shortName: string;
  readonly description: string;
  readonly spec: TSchema;
  readonly status: TSchema;
  readonly rules: readonly string[];
  readonly columns: readonly JsonSchema[];
}

const age = { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' };
const conditionColumn = (name: string, type: string, field: 'status' | 'reason' | 'message', priority = 0) => ({
  name,
  type: 'string',
  jsonPath: `.status.conditions[?(@.type=="${type}")].${field}`,
  ...(priority === 0 ? {} : { priority }),
});

/** Both CustomResourceDefinitions by file name. */
export const crds: Readonly<Record<string, JsonSchema>> = {
  'stokers.stoker.io.yaml': crd({
    type: stokers,
    shortName: 'stk',
    description: 'Keeps the folders of the gateways in this namespace equal to git.',
    spec: stokerSpec,
    status: stokerStatus,
    rules: ['crName'],
    columns: [
      { name: 'Ref', type: 'string', jsonPath: '.status.ref' },
      { name: 'Commit', type: 'string', jsonPath: '.status.shortCommit' },
      { name: 'Synced', type: 'string', jsonPath: '.status.synced' },
      conditionColumn('Ready', 'Ready', 'status'),
      conditionColumn('Reason', 'Ready', 'reason'),
      { name: 'Paused', type: 'boolean', jsonPath: '.spec.paused', priority: 1 },
      { name: 'Repository', type: 'string', jsonPath: '.spec.git.repo', priority: 1 },
      conditionColumn('Message', 'Ready', 'message', 1),
      age,
    ],
  }),
  'syncprofiles.stoker.io.yaml': crd({
    type: syncProfiles,
    shortName: 'sp',
    description: 'Which files go where for one role of gateway.',
    spec: syncProfileSpec,
    status: syncProfileStatus,
    rules: ['dependsOnOthers'],
    columns: [
      conditionColumn('Accepted', 'Accepted', 'status'),
      conditionColumn('Reason', 'Accepted', 'reason'),
      { name: 'Drift', type: 'string', jsonPath: '.spec.driftPolicy' },
      { name: 'DryRun', type: 'boolean', jsonPath: '.spec.dryRun' },
      { name: 'Paused', type: 'boolean', jsonPath: '.spec.paused', priority: 1 },
      conditionColumn('Message', 'Accepted', 'message', 1),
      age,
    ],
  }),
};

function crd(options: CrdOptions): JsonSchema {
  const { group, version, kind, plural } = options.type;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: {
        kind,
        listKind: `${kind}List`,
        plural,
        singular: kind.toLowerCase(),
        shortNames: [options.shortName],
        categories: ['stoker'],
      },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: options.columns,
          schema: {
            openAPIV3Schema: {
              type: 'object',
              description: options.description,
              required: ['spec'],
              properties: {
                apiVersion: { type: 'string' },
                kind: { type: 'string' },
                metadata: { type: 'object' },
                spec: structuralSchema(options.spec),
                status: structuralSchema(options.status),
              },
              ...(options.rules.length === 0 ? {} : { 'x-kubernetes-validations': validations(options.rules) }),
            },
          },
        },
      ],
    },
  };
}
