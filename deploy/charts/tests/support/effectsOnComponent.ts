import { expect } from '@jest/globals';
import { args, argument, digest, type Effect, something } from './effect.ts';
import { appVersion } from './renderChart.ts';

/** What controller and injector have in common. */
export function ofComponent(name: string, workload: string): readonly Effect[] {
  const pod = 'spec.template.spec';
  const spread = { topologyKey: 'rack', maxSkew: 2, whenUnsatisfiable: 'DoNotSchedule' };
  const replicated = { [name]: { replicas: 2 } };
  const own = (value: string, to: unknown, path: string, is: unknown = to): Effect => ({
    value: `${name}.${value}`,
    to,
    in: workload,
    at: path,
    is,
  });
  return [
    own('image.repository', `r/${name}`, `${pod}.containers.0.image`, `r/${name}:${appVersion}`),
    own('image.tag', 'v9', `${pod}.containers.0.image`, `stoker-${name}:v9`),
    own('image.digest', digest, `${pod}.containers.0.image`, `stoker-${name}@${digest}`),
    own('replicas', 5, 'spec.replicas'),
    own('logLevel', 'debug', args, argument('--log-level=debug')),
    own('resources', { limits: { memory: '1Gi' } }, `${pod}.containers.0.resources.limits.memory`, '1Gi'),
    {
      value: `${name}.replicas`,
      to: 5,
      in: `PodDisruptionBudget/stoker-${name}`,
      is: something,
      with: { [name]: { replicas: 1 } },
    },
    {
      value: `${name}.maxUnavailable`,
      to: '50%',
      in: `PodDisruptionBudget/stoker-${name}`,
      at: 'spec.maxUnavailable',
      is: '50%',
      with: replicated,
    },
    {
      value: `${name}.maxUnavailable`,
      to: '',
      in: `PodDisruptionBudget/stoker-${name}`,
      is: undefined,
      with: replicated,
    },
    own('priorityClassName', 'high', `${pod}.priorityClassName`),
    own('topologySpreadConstraints', [spread], `${pod}.topologySpreadConstraints`, [
      {
        ...spread,
        labelSelector: { matchLabels: expect.objectContaining({ 'app.kubernetes.io/component': name }) },
      },
    ]),
    own('nodeSelector', { zone: 'a' }, `${pod}.nodeSelector`),
    own('tolerations', [{ key: 'a', operator: 'Exists' }], `${pod}.tolerations`),
    own('affinity', { podAntiAffinity: {} }, `${pod}.affinity`),
    own('podAnnotations', { a: 'b' }, 'spec.template.metadata.annotations'),
    own('podLabels', { a: 'b' }, 'spec.template.metadata.labels.a', 'b'),
  ];
}
