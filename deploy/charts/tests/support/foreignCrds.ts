// The custom resources of others that the chart can install, as far as it uses them: names, types, patterns and required
// fields are those that Prometheus operator 0.85 and cert-manager 1.19 publish, and all other fields are unknown here.

type Schema = Readonly<Record<string, unknown>>;

const text = { type: 'string' };
const texts = { type: 'array', items: text };
const byName = { type: 'object', additionalProperties: text };
const duration = {
  type: 'string',
  pattern: '^(0|(([0-9]+)y)?(([0-9]+)w)?(([0-9]+)d)?(([0-9]+)h)?(([0-9]+)m)?(([0-9]+)s)?(([0-9]+)ms)?)$',
};

function object(properties: Schema, required: readonly string[] = []): Schema {
  return { type: 'object', properties, ...(required.length === 0 ? {} : { required }) };
}

function list(items: Schema): Schema {
  return { type: 'array', items };
}

const selector = object({
  matchLabels: byName,
  matchExpressions: list(object({ key: text, operator: text, values: texts }, ['key', 'operator'])),
});
const relabeling = object({
  sourceLabels: list({ ...text, pattern: '^[a-zA-Z_][a-zA-Z0-9_]*$' }),
  targetLabel: text,
});
const endpoint = { port: text, path: text, interval: duration };
const rule = object(
  {
    alert: text,
    expr: { anyOf: [{ type: 'integer' }, text], 'x-kubernetes-int-or-string': true },
    for: duration,
    labels: byName,
    annotations: byName,
  },
  ['expr'],
);

/** As `kubectl apply` takes them. */
export const foreignCrds: readonly object[] = [
  crd(
    'monitoring.coreos.com',
    'ServiceMonitor',
    object({ selector, endpoints: list(object(endpoint)) }, ['endpoints', 'selector']),
  ),
  crd(
    'monitoring.coreos.com',
    'PodMonitor',
    object(
      {
        selector,
        namespaceSelector: object({ any: { type: 'boolean' }, matchNames: texts }),
        podMetricsEndpoints: list(object({ ...endpoint, relabelings: list(relabeling) })),
      },
      ['selector'],
    ),
  ),
  crd(
    'monitoring.coreos.com',
    'PrometheusRule',
    object({ groups: list(object({ name: { ...text, minLength: 1 }, rules: list(rule) }, ['name'])) }),
  ),
  crd(
    'cert-manager.io',
    'Issuer',
    object({ selfSigned: object({}), ca: object({ secretName: text }, ['secretName']) }),
  ),
  crd(
    'cert-manager.io',
    'Certificate',
    object(
      {
        secretName: text,
        commonName: text,
        duration: text,
        isCA: { type: 'boolean' },
        dnsNames: texts,
        privateKey: object({
          algorithm: { ...text, enum: ['RSA', 'ECDSA', 'Ed25519'] },
          size: { type: 'integer' },
          rotationPolicy: { ...text, enum: ['Never', 'Always'] },
        }),
        issuerRef: object({ name: text, kind: text, group: text }, ['name']),
      },
      ['issuerRef', 'secretName'],
    ),
  ),
];

function crd(group: string, kind: string, spec: Schema): object {
  const singular = kind.toLowerCase();
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${singular}s.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { kind, listKind: `${kind}List`, plural: `${singular}s`, singular },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: object({ spec }, ['spec']) },
        },
      ],
    },
  };
}
