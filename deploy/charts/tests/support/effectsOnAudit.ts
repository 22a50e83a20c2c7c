import { expect } from '@jest/globals';
import { args, argument, type Effect, mounts } from './effect.ts';

const url = 'https://collector.example.com/audit';
const withSecret = { audit: { url, existingSecret: 'audit' } };

/** What controller and injector have in common, and what the injector hands on. */
export function ofAudit(workloads: readonly string[], injector: string): readonly Effect[] {
  const volumes = 'spec.template.spec.volumes';
  return [
    ...workloads.flatMap((workload): readonly Effect[] => [
      { value: 'audit.url', to: url, in: workload, at: args, is: argument(`--audit-url=${url}`) },
      {
        value: 'audit.existingSecret',
        to: 'audit',
        in: workload,
        at: args,
        is: argument('--audit-token-file=/etc/stoker/audit/token'),
      },
      {
        value: 'audit.existingSecret',
        to: 'audit',
        in: workload,
        at: volumes,
        is: expect.arrayContaining([{ name: 'audit', secret: { secretName: 'audit' } }]),
      },
      {
        value: 'audit.existingSecret',
        to: 'audit',
        in: workload,
        at: mounts,
        is: expect.arrayContaining([{ name: 'audit', mountPath: '/etc/stoker/audit', readOnly: true }]),
      },
      {
        value: 'audit.tokenKey',
        to: 'bearer',
        in: workload,
        at: args,
        is: argument('--audit-token-file=/etc/stoker/audit/bearer'),
        with: withSecret,
      },
      {
        value: 'audit.caKey',
        to: 'ca.crt',
        in: workload,
        at: args,
        is: argument('--audit-ca-file=/etc/stoker/audit/ca.crt'),
        with: withSecret,
      },
      {
        value: 'audit.fileVolume',
        to: { emptyDir: {} },
        in: workload,
        at: args,
        is: argument('--audit-file=/var/log/stoker/$(POD_NAME).jsonl'),
      },
      {
        value: 'audit.fileVolume',
        to: { emptyDir: {} },
        in: workload,
        at: volumes,
        is: expect.arrayContaining([{ name: 'audit-file', emptyDir: {} }]),
      },
      {
        value: 'audit.fileVolume',
        to: { emptyDir: {} },
        in: workload,
        at: mounts,
        is: expect.arrayContaining([{ name: 'audit-file', mountPath: '/var/log/stoker' }]),
      },
    ]),
    {
      value: 'audit.agents',
      to: true,
      in: injector,
      at: args,
      is: argument(`--agent-audit-url=${url}`),
      with: { audit: { url } },
    },
    {
      value: 'audit.caKey',
      to: 'ca.crt',
      in: injector,
      at: args,
      is: argument('--agent-audit-ca-file=/etc/stoker/audit/ca.crt'),
      with: { audit: { ...withSecret.audit, agents: true } },
    },
  ];
}
