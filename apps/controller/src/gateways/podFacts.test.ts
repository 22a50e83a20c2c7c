import { expect, test } from '@jest/globals';
import { podSeen } from '@stoker/crd-types';
import { type Pod, readPod, trimPod } from './podFacts.ts';

const nodes = { isReady: () => true };

test('what is kept of a pod still tells what its agent will see of it', () => {
  const metadata = {
    name: 'site-0',
    namespace: 'plant',
    uid: 'uid-1',
    labels: { 'stoker.io/cr': 'plant', line: 'one' },
    annotations: { 'stoker.io/ref-override': 'hotfix', 'example.com/note': 'long' },
  };
  const pod: Pod = { metadata };
  const kept = trimPod(pod);
  expect(kept.metadata).not.toHaveProperty('labels.line');
  expect(readPod(kept, nodes).seen).toEqual(podSeen(metadata));
});
