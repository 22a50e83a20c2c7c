import { describe, expect, test } from '@jest/globals';
import { gatewayNameOf, podOrdinal } from './gatewayName.ts';

const named = (podName: string, name?: string) =>
  gatewayNameOf({ podName, annotations: name === undefined ? {} : { 'stoker.io/gateway-name': name } });

describe('the name of a gateway', () => {
  test.each([
    ['is that of the pod without an annotation', 'site-gateway-0', undefined, 'site-gateway-0'],
    ['is what the annotation says', 'site-gateway-0', 'site', 'site'],
    ['may hold the ordinal of the pod', 'area-12', 'area-{{.PodOrdinal}}', 'area-12'],
    ['may hold it with blanks in the braces', 'area-3', 'a{{ .PodOrdinal }}', 'a3'],
  ])('%s', (_sentence, pod, annotation, name) => {
    expect(named(pod, annotation)).toBe(name);
  });

  test.each([
    ['with a dot, which would make document names ambiguous', 'pod', 'area.1'],
    ['with capitals', 'pod', 'Area'],
    ['of more than 63 characters', 'pod', 'a'.repeat(64)],
    ['that is empty', 'pod', ''],
    ['of a pod that cannot be one', 'pod.with.dots', undefined],
  ])('is refused %s, with what to write', (_sentence, pod, annotation) => {
    expect(() => named(pod, annotation)).toThrow(
      expect.objectContaining({
        reason: 'InvalidGatewayName',
        hint: expect.stringContaining('stoker.io/gateway-name'),
      }),
    );
  });

  test('is refused when it asks for an ordinal that the pod has not', () => {
    expect(() => named('gateway-x7k', 'area-{{.PodOrdinal}}')).toThrow(
      expect.objectContaining({ reason: 'InvalidTemplate' }),
    );
  });
});

test.each([
  ['area-0', '0'],
  ['area-17', '17'],
  ['area', undefined],
  ['area-7b9d-x2x', undefined],
])('the ordinal of %s is %s', (podName, ordinal) => {
  expect(podOrdinal(podName)).toBe(ordinal);
});
