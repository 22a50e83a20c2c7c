import { expect, test } from '@jest/globals';
import type { SecretData } from '../cluster/secretReader.ts';
import { makeDraft } from '../testing/draft.ts';
import { createWebhookKeys } from './webhookKeys.ts';

const { stoker } = makeDraft({}, { webhook: { secretRef: { name: 'hook', key: 'key' } } });
const data = (value: string): SecretData => ({ key: Buffer.from(value).toString('base64') });

/** Keys whose Secret is read when the test says so, in the order in which it was asked for. */
function world() {
  const reads: PromiseWithResolvers<SecretData | undefined>[] = [];
  const read = () => {
    const answer = Promise.withResolvers<SecretData | undefined>();
    reads.push(answer);
    return answer.promise;
  };
  const keys = createWebhookKeys({ read }, () => []);
  return { keys, reads, own: () => keys.of('ns/plant', stoker) };
}

test('an answer that a later one has overtaken changes nothing', async () => {
  const { keys, reads, own } = world();
  const asked = [keys.refresh(stoker), keys.refresh(stoker)];
  reads[1]?.resolve(data('second'));
  await asked[1];
  reads[0]?.resolve(data('first'));
  await asked[0];
  expect(own()).toEqual(['second']);
});

test('a key that was withdrawn goes, and one that comes while its Stoker goes is not kept', async () => {
  const { keys, reads, own } = world();
  const given = keys.refresh(stoker);
  reads[0]?.resolve(data('first'));
  await given;
  const withdrawn = keys.refresh(stoker);
  reads[1]?.resolve(undefined);
  await expect(withdrawn).rejects.toMatchObject({ reason: 'SecretNotFound' });
  expect(own()).toEqual([]);
  const late = keys.refresh(stoker);
  keys.forget('ns/plant');
  reads[2]?.resolve(data('first'));
  await late;
  expect(own()).toEqual([]);
});
