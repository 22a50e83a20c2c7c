import { args, argument, type Effect, mounts, something } from './effect.ts';

const ownAuthority = [
  'Issuer/stoker-injector-self-signed',
  'Certificate/stoker-injector-authority',
  'Issuer/stoker-injector',
];
const withCertManager = { injector: { tls: { source: 'certManager' } } };

/** Where the injector's certificate comes from, and what is made for that. */
export function ofCertificates(injector: string, webhook: string): readonly Effect[] {
  return [
    { value: 'injector.tls.source', to: 'certManager', in: 'Certificate/stoker-injector', is: something },
    {
      value: 'injector.tls.source',
      to: 'certManager',
      in: injector,
      at: args,
      is: argument('--tls-dir=/etc/stoker/tls'),
    },
    {
      value: 'injector.tls.source',
      to: 'certManager',
      in: injector,
      at: mounts,
      is: [{ name: 'tls', mountPath: '/etc/stoker/tls', readOnly: true }],
    },
    {
      value: 'injector.tls.source',
      to: 'certManager',
      in: injector,
      at: 'spec.template.spec.volumes',
      is: [{ name: 'tls', secret: { secretName: 'stoker-injector-cert-manager' } }],
    },
    ...['ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'].map((kind) => ({
      value: 'injector.tls.source',
      to: 'certManager',
      in: `${kind}/stoker-injector-tls`,
      is: undefined,
    })),
    ...ownAuthority.map((manifest) => ({
      value: 'injector.tls.source',
      to: 'certManager',
      in: manifest,
      is: something,
    })),
    {
      value: 'injector.tls.source',
      to: 'certManager',
      in: webhook,
      at: 'metadata.annotations',
      is: { 'cert-manager.io/inject-ca-from': 'stoker-system/stoker-injector' },
    },
    {
      value: 'injector.tls.certManager.issuerRef',
      to: { name: 'plant', kind: 'ClusterIssuer' },
      in: 'Certificate/stoker-injector',
      at: 'spec.issuerRef',
      is: { name: 'plant', kind: 'ClusterIssuer' },
      with: withCertManager,
    },
    ...ownAuthority.map((manifest) => ({
      value: 'injector.tls.certManager.issuerRef',
      to: { name: 'plant', kind: 'ClusterIssuer' },
      in: manifest,
      is: undefined,
      with: withCertManager,
    })),
  ];
}
