import { describe, expect, test } from '@jest/globals';
import { readValues } from './readValues.ts';
import { valueTables } from './valueTables.ts';

const text = `# Of all.
image:
  # Always or Never.
  pullPolicy: Always

# Which of
# them.
names: []
monitor:
  # Reads it.
  inner:
    enabled: false
    # May | must.
    resources: { limits: { memory: 1Gi } }
`;

describe('readValues', () => {
  test('gives each value its path, its default and the comment above it', () => {
    expect(readValues(text)).toEqual([
      {
        name: 'image',
        description: 'Of all.',
        values: [{ path: 'image.pullPolicy', default: 'Always', description: 'Always or Never.' }],
      },
      { name: 'names', description: '', values: [{ path: 'names', default: [], description: 'Which of them.' }] },
      {
        name: 'monitor',
        description: '',
        values: [
          { path: 'monitor.inner.enabled', default: false, description: 'Reads it.' },
          {
            path: 'monitor.inner.resources',
            default: { limits: { memory: '1Gi' } },
            description: 'May | must.',
          },
        ],
      },
    ]);
  });

  test('refuses a value without a comment by its path', () => {
    expect(() => readValues('a:\n  b: 1\n')).toThrow('a.b');
  });

  test('refuses what is not a map of values', () => {
    expect(() => readValues('- a\n')).toThrow('must hold a map');
    expect(() => readValues('a: [\n')).toThrow('Flow sequence');
  });
});

describe('valueTables', () => {
  test('makes a table of each group, in which no bar of a text ends a cell', () => {
    const tables = valueTables(readValues(text));
    expect(tables).toContain('### image\n\nOf all.\n\n| value | default | meaning |');
    expect(tables).toContain('| `image.pullPolicy` | `Always` | Always or Never. |');
    expect(tables).toContain(String.raw`| May \| must. |`);
    expect(tables).toContain('| `names` | `[]` | Which of them. |');
  });
});
