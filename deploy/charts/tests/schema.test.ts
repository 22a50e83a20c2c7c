import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readValues } from '../scripts/readValues.ts';
import { chartFolder, release, renderText, type Values } from './support/renderChart.ts';

const ofDefaults = readValues(readFileSync(join(chartFolder, 'values.yaml'), 'utf8')).flatMap((group) => group.values);

interface Schema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: unknown;
}

const schema: Schema & { readonly definitions: Readonly<Record<string, Schema>> } = JSON.parse(
  readFileSync(join(chartFolder, 'values.schema.json'), 'utf8'),
);

function lookUp(given: Schema | undefined): Schema | undefined {
  const name = given?.$ref?.replace('#/definitions/', '');
  return name === undefined ? given : schema.definitions[name];
}

/** The paths at which a schema names no properties any more. */
function leavesOf(given: Schema, path: readonly string[] = []): string[] {
  const { properties } = lookUp(given) ?? {};
  if (properties === undefined) return [path.join('.')];
  return Object.entries(properties).flatMap(([key, below]) => leavesOf(below, [...path, key]));
}

describe('the schema of the values', () => {
  test.each(ofDefaults.map(({ path }) => path))('knows %s, and nothing else beside it', (path) => {
    let found: Schema | undefined = schema;
    for (const key of path.split('.')) {
      expect(found?.additionalProperties).toBe(false);
      found = lookUp(found?.properties?.[key]);
    }
    expect(found).toBeDefined();
  });

  const refused: readonly (readonly [Values, ...string[]])[] = [
    [{ replicas: 3 }, "'replicas'"],
    [{ controller: { replica: 3 } }, '/controller', "'replica'"],
    [{ controller: { replicas: '3' } }, '/controller/replicas', 'want integer'],
    [{ controller: { replicas: -1 } }, '/controller/replicas'],
    [{ controller: { workers: 0 } }, '/controller/workers'],
    [{ controller: { maxConcurrentSyncs: -1 } }, '/controller/maxConcurrentSyncs'],
    [{ controller: { maxSyncsPerMinute: 'few' } }, '/controller/maxSyncsPerMinute'],
    [{ controller: { logLevel: 'loud' } }, '/controller/logLevel', "'debug'"],
    [{ controller: { image: { digest: 'abc' } } }, '/controller/image/digest'],
    [{ controller: { image: { tag: 'a b' } } }, '/controller/image/tag'],
    [{ controller: { image: { repository: 'r.example.com/stoker:v1' } } }, '/controller/image/repository'],
    [{ controller: { podLabels: { 'app.kubernetes.io/name': 'mine' } } }, '/controller/podLabels'],
    [{ controller: { allowedRepositories: ['a,b'] } }, '/controller/allowedRepositories/0'],
    [{ controller: { resources: { limit: {} } } }, '/controller/resources', "'limit'"],
    [{ injector: { maxUnavailable: 'half' } }, '/injector/maxUnavailable'],
    [{ injector: { podAnnotations: { a: 1 } } }, '/injector/podAnnotations/a'],
    [{ injector: { tolerations: [''] } }, '/injector/tolerations/0'],
    [{ injector: { onUnresolvable: 'ignore' } }, '/injector/onUnresolvable', "'deny', 'admit'"],
    [{ injector: { failurePolicy: 'fail' } }, '/injector/failurePolicy', "'Ignore', 'Fail'"],
    [{ injector: { timeoutSeconds: 31 } }, '/injector/timeoutSeconds'],
    [{ injector: { tls: { source: 'vault' } } }, '/injector/tls/source'],
    [{ injector: { tls: { certManager: { issuerRef: { kind: 'ClusterIssuer' } } } } }, 'issuerRef', "'name'"],
    [{ agent: { cacheSize: '2 GB' } }, '/agent/cacheSize'],
    // The API server sees it only in pods, and would refuse every one that asks for the agent.
    [{ agent: { resources: { limits: { memory: '1GB' } } } }, '/agent/resources/limits/memory'],
    [{ agent: { image: { repository: 'Stoker Agent' } } }, '/agent/image/repository'],
    [{ agent: { replicas: 1 } }, '/agent', "'replicas'"],
    [{ audit: { url: 'https://bob:pw@collector' } }, '/audit/url'],
    [{ audit: { fileVolume: { name: 'mine', emptyDir: {} } } }, '/audit/fileVolume'],
    [{ watchNamespaces: 'plant' }, '/watchNamespaces', 'want array'],
    [{ watchNamespaces: ['Plant A'] }, '/watchNamespaces/0'],
    // The webhook is never asked for their pods.
    [{ watchNamespaces: ['kube-system'] }, '/watchNamespaces/0'],
    [{ watchNamespaces: ['plant', release.namespace] }, 'watchNamespaces', release.namespace],
    [{ image: { pullPolicy: 'Sometimes' } }, '/image/pullPolicy'],
    [{ image: { pullSecrets: ['registry'] } }, '/image/pullSecrets/0', 'want object'],
    [{ receiver: { service: { port: 0 } } }, '/receiver/service/port'],
    [{ receiver: { ingress: { hosts: ['https://a'] } } }, '/receiver/ingress/hosts/0'],
    [{ receiver: { ingress: { enabled: 'yes' } } }, '/receiver/ingress/enabled', 'want boolean'],
    [{ networkPolicy: { enabled: true, egress: [] } }, '/networkPolicy', "'egress'"],
    [{ metrics: { serviceMonitor: { interval: '30' } } }, '/metrics/serviceMonitor/interval'],
    [{ metrics: { podMonitor: { labels: { 'helm.sh/chart': 'mine' } } } }, '/metrics/podMonitor/labels'],
    [{ crds: { install: 'true' } }, '/crds/install'],
    [{ extraObjects: {} }, '/extraObjects', 'want array'],
  ];
  const taken: readonly Values[] = [
    { agent: { resources: { limits: { cpu: null, memory: '1.5Gi' }, requests: { cpu: 0.5, memory: '1e8' } } } },
    { agent: { image: { repository: '[fd00::1]:5000/plant_a/stoker-agent' } } },
    { agent: { image: { repository: 'registry:5000/plant/stoker__agent' } } },
    { injector: { podLabels: { 'app.kubernetes.io/part-of': 'plant', app: 'stoker' } } },
    { watchNamespaces: ['kube', 'plant-a'] },
  ];
  test.concurrent.each(taken)('takes %j', async (values) => {
    expect(await renderText(values)).toContain('kind: Deployment');
  });

  test('knows no value that values.yaml does not tell of', () => {
    const told = ofDefaults.map(({ path }) => path);
    const known = leavesOf(schema).filter((path) => !told.some((value) => `${path}.`.startsWith(`${value}.`)));
    expect(known).toEqual(['global']);
  });

  test.concurrent.each(refused)('refuses %j by the name of the field', async (values, ...words) => {
    const refusal = renderText(values);
    for (const word of words) await expect(refusal).rejects.toThrow(word);
  });
});
