interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
  /** Panels of a row that is folded. */
  readonly panels?: readonly Panel[];
}

interface Rule {
  readonly record: string;
  readonly expr: string;
}

/**
 * The queries of a Grafana dashboard as recording rules, which promtool reads, one group for each panel. Variables have
 * some value: PromQL knows none.
 */
export function rulesOfDashboard(
  file: string,
  { panels }: { readonly panels: readonly Panel[] },
): { readonly name: string; readonly rules: readonly Rule[] }[] {
  const all = panels.flatMap((panel) => [panel, ...(panel.panels ?? [])]);
  return all
    .map(({ title, targets = [] }, panel) => ({
      name: `${file}: ${panel} ${title}`,
      rules: targets.map(({ expr }, query) => ({ record: `panel_${panel}:query_${query}`, expr: withValues(expr) })),
    }))
    .filter(({ rules }) => rules.length > 0);
}

function withValues(query: string): string {
  return query.replaceAll(/\$__(?:rate_interval|interval|range)\b/g, '5m').replaceAll(/\$\{\w+\}|\$\w+/g, 'value');
}
