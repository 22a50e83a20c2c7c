import { type Effect, something } from './effect.ts';

/** What the parts of `metrics` have in common. */
export function ofMonitoring(name: string, object: string, interval?: string): readonly Effect[] {
  const enabled = { metrics: { [name]: { enabled: true } } };
  const path = `metrics.${name}`;
  return [
    { value: `${path}.enabled`, to: true, in: object, is: something },
    { value: `${path}.labels`, to: { mine: 'yes' }, in: object, at: 'metadata.labels.mine', is: 'yes', with: enabled },
    ...(interval === undefined
      ? []
      : [{ value: `${path}.interval`, to: '7s', in: object, at: interval, is: '7s', with: enabled }]),
  ];
}
