import { describe, expect, test } from '@jest/globals';
import { parseOptions } from './options.ts';

const minimal = ['--agent-image', 'agent:1', '--tls-dir', '/tls'];

describe('parseOptions', () => {
  test('fills in defaults', () => {
    expect(parseOptions(minimal, { POD_NAMESPACE: 'stoker-system' })).toMatchObject({
      onUnresolvable: 'deny',
      address: { host: '0.0.0.0', port: 9443 },
      namespace: 'stoker-system',
      tls: { kind: 'files', directory: '/tls' },
      watchNamespaces: [],
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
    [[...minimal, '--agent-imgae', 'x'], '--agent-imgae'],
  ])('refuses %j by the name of the option', (argv, message) => {
    expect(() => parseOptions(argv, {})).toThrow(
      expect.objectContaining({ reason: 'InvalidUsage', message: expect.stringContaining(message) }),
    );
  });
});
