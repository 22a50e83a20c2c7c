import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { existingMetrics } from './support/existingMetrics.ts';
import { chartFolder } from './support/renderChart.ts';

const read = (path: string) => readFileSync(join(chartFolder, path), 'utf8');

/** Each with where it stands. */
const alerts: (readonly [string, string])[] = parse(read('files/alerts.yaml')).groups.flatMap(
  (group: { rules: { alert: string; expr: string }[] }) => group.rules.map(({ alert, expr }) => [alert, expr] as const),
);
const dashboards = globSync('files/dashboards/*.json', { cwd: chartFolder }).toSorted();
const panels = dashboards.flatMap((path) => queriesOf(JSON.parse(read(path)), basename(path)));

interface Dashboard {
  readonly uid: string;
  readonly panels: readonly { readonly title: string; readonly targets?: readonly { readonly expr: string }[] }[];
  readonly templating: {
    readonly list: readonly { readonly name: string; readonly query: { readonly query: string } }[];
  };
}

function queriesOf({ panels: all, templating }: Dashboard, file: string): (readonly [string, string])[] {
  const ofPanels = all.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => [`${file}: ${title}`, expr] as const),
  );
  const ofVariables = templating.list.flatMap(({ name, query }) =>
    name === 'datasource' ? [] : [[`${file}: $${name}`, query.query] as const],
  );
  return [...ofPanels, ...ofVariables];
}

/** Names of series in a PromQL expression: words that are neither called, nor labels, nor keywords. */
function seriesIn(expression: string): string[] {
  const bare = expression
    .replaceAll(/\{[^}]*\}/g, '')
    .replaceAll(/\[[^\]]*\]/g, '')
    .replaceAll(/\b(?:by|on|without|ignoring) ?\([^)]*\)/g, '')
    .replaceAll(/,\s*\w+\)$/g, ')');
  const words = [...bare.matchAll(/(?<![\w$.])([a-z_]\w*)(\s*\()?/gi)];
  return words.flatMap(([, word = '', call]) =>
    call !== undefined || /^(?:and|or|unless|by|on)$/.test(word) ? [] : [word],
  );
}

/** Names of labels in a PromQL expression, of selectors and of groupings. */
function labelsIn(expression: string): string[] {
  const groupings = [...expression.matchAll(/\b(?:by|on|without|ignoring) ?\(([^)]*)\)/g)].map(
    (match) => match[1] ?? '',
  );
  const selectors = [...expression.matchAll(/\{([^}]*)\}/g)].map((match) => match[1] ?? '');
  const grouped = groupings.flatMap((list) => list.split(',').map((name) => name.trim()));
  const selected = selectors.flatMap((list) =>
    [...list.matchAll(/(\w+) *(?:=~|!~|!=|=)/g)].map((match) => match[1] ?? ''),
  );
  return [...grouped, ...selected].filter((name) => name !== '').toSorted();
}

/** `up` is Prometheus' own. */
const known = new Map([...existingMetrics(), ['up', []]]);
/** What Prometheus adds to every series of a pod, and the chart's PodMonitor to those of agents. */
const fromScraping = ['namespace', 'pod', 'container', 'job', 'instance', 'stoker'];

describe('alerts and dashboards', () => {
  test.each([...alerts, ...panels])(
    '%s asks only for series and labels that a program offers',
    (_where, expression) => {
      const asked = seriesIn(expression);
      expect(asked).not.toEqual([]);
      expect(asked.filter((name) => !known.has(name))).toEqual([]);
      const labels = new Set([...fromScraping, ...asked.flatMap((name) => known.get(name) ?? [])]);
      expect(labelsIn(expression).filter((name) => !labels.has(name))).toEqual([]);
    },
  );

  test('find a label that does not exist, in a selector and in a grouping', () => {
    expect(labelsIn('sum by (a, b) (rate(x{c="d",e=~"f"}[5m])) / on (g) y')).toEqual(['a', 'b', 'c', 'e', 'g']);
  });

  test('find a series that does not exist, wherever it stands in an expression', () => {
    expect(seriesIn('sum by (a) (rate(x_total{b="c"}[5m])) / on (a) y > 2 * 3600 or vector(0)')).toEqual([
      'x_total',
      'y',
    ]);
    expect(seriesIn('label_values(z{a="b"}, pod)')).toEqual(['z']);
  });

  test('have titles of their own, so that nobody has to guess which is meant', () => {
    const names = alerts.map(([alert]) => alert);
    expect(new Set(names).size).toBe(names.length);
    const uids = dashboards.map((path) => JSON.parse(read(path)).uid);
    expect(uids).toEqual(['stoker-fleet', 'stoker-gateway']);
  });

  test.each(dashboards)('%s refers to its variables only', (path) => {
    const text = read(path);
    const dashboard: Dashboard = JSON.parse(text);
    const own = new Set(dashboard.templating.list.map(({ name }) => name));
    const used = [...text.matchAll(/\$\{?([a-z]\w*)/g)].map(([, name = '']) => name);
    expect(used.filter((name) => !own.has(name))).toEqual([]);
  });
});
