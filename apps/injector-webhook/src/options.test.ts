import { describe, expect, test } from '@jest/globals';
import { parseOptions } from './options.ts';

const minimal = ['--agent-image', 'agent:1', '--tls-dir', '/tls'];

describe('parseOptions', () => {
  test('fills in defaults', () => {
    expect(parseOptions(minimal, { POD_NAMESPACE: 'stoker-system' })).toMatchObject({
      onUnresolvable: 'deny',
      address: { host: undefined, port: 9443 },
      namespace: 'stoker-system',
      tls: { kind: 'files', directory: '/tls' },
      watchNamespaces: [],
      defaults: {
        image: 'agent:1',
        resources: { requests: { cpu: '50m', memory: '96Mi' }, limits: { memory: '256Mi' } },
        logLevel: 'info',
        cacheSize: '2Gi',
      },
    });
  });

  test('takes what sidecars get', () => {
    const agent = ['--agent-log-level=debug', '--agent-cache-size=500Mi', '--agent-image-pull-policy=Never'];
    expect(parseOptions([...minimal, ...agent, '--agent-resources={"limits":{"memory":"1Gi"}}'], {})).toMatchObject({
      defaults: {
        logLevel: 'debug',
        cacheSize: '500Mi',
        imagePullPolicy: 'Never',
        resources: { limits: { memory: '1Gi' } },
      },
    });
  });

  test('takes where records of audit go, and those of sidecars', () => {
    const audit = ['--audit-file=/audit/log', '--audit-url=https://a/x', '--audit-token-file=/t'];
    const agent = ['--agent-audit-url=https://b/x', `--agent-audit-ca-file=${import.meta.filename}`];
    expect(parseOptions([...minimal, ...audit, ...agent], {})).toMatchObject({
      audit: { file: { path: '/audit/log' }, http: { url: new URL('https://a/x'), tokenFile: '/t' } },
      defaults: { audit: { url: 'https://b/x', ca: expect.stringContaining('audit') } },
    });
  });

  test('answers a word for help and version, whatever else is there', () => {
    expect(parseOptions(['--help'], {})).toBe('help');
    expect(parseOptions(['--version', '--agent-image', 'x'], {})).toBe('version');
  });

  test.each([
    [['--tls-dir', '/tls'], '--agent-image is missing'],
    [['--agent-image', 'a'], 'exactly one of --tls-dir and --self-managed-tls'],
    [[...minimal, '--self-managed-tls', 'x'], 'exactly one of --tls-dir and --self-managed-tls'],
    [[...minimal, '--on-unresolvable', 'maybe'], '--on-unresolvable is "maybe"'],
    [[...minimal, '--address', '9443'], '--address is "9443"'],
    [[...minimal, '--agent-resources', '[]'], '--agent-resources is not a JSON object'],
    [[...minimal, '--agent-resources', '{'], '--agent-resources is not JSON'],
    [[...minimal, '--agent-log-level', 'loud'], '--agent-log-level is "loud"'],
    [[...minimal, '--agent-cache-size', '2 GB'], '--agent-cache-size is "2 GB"'],
    [[...minimal, '--audit-url', 'collector'], 'the URL of the audit collector'],
    [[...minimal, '--agent-audit-url=https://b/x', '--agent-audit-ca-file=/nowhere'], '--agent-audit-ca-file'],
    [[...minimal, '--agent-imgae', 'x'], '--agent-imgae'],
  ])('refuses %j by the name of the option', (argv, message) => {
    expect(() => parseOptions(argv, {})).toThrow(
      expect.objectContaining({ reason: 'InvalidUsage', message: expect.stringContaining(message) }),
    );
  });
});
