import { metricFamilies } from '../../../../scripts/docs/metricFamilies.ts';

/** The series that the three programs offer, with their labels: for histograms those of its parts. */
export function existingMetrics(): ReadonlyMap<string, readonly string[]> {
  const families = Object.values(metricFamilies()).flat();
  return new Map(
    families.flatMap(({ name, type, labelNames }) =>
      type === 'histogram'
        ? ['_bucket', '_sum', '_count'].map((part) => [`${name}${part}`, [...labelNames, 'le']] as const)
        : [[name, labelNames] as const],
    ),
  );
}
