import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { annotations, stokers } from '@stoker/crd-types';
import { secrets } from '@stoker/kube';
import { eventually } from '../testing/cluster.ts';
import {
  changeStoker,
  expectCondition,
  expectRelease,
  pushOf,
  pushSecond,
  releaseFirst,
} from '../testing/firstRelease.ts';
import { usePlant } from '../testing/usePlant.ts';

const thePlant = usePlant();

describe('a signed push event', () => {
  test('brings the new commit to the gateways that follow the branch', async () => {
    const plant = thePlant();
    await releaseFirst(plant);
    const second = await pushSecond(plant);
    await expectRelease(plant, 'site-0', second);
    expect((await plant.stoker('plant')).metadata.annotations?.[annotations.requestedRef]).toBeUndefined();
  });

  test('on the path of the installation does the same', async () => {
    const plant = thePlant();
    await releaseFirst(plant);
    const second = await plant.repository.commit({ 'projects/site/view.json': '{}' });
    expect((await plant.push('/webhook', pushOf(plant, second))).status).toBe(202);
    await expectRelease(plant, 'site-0', second);
  });

  test('of a release moves the CR to its tag until the spec names another ref', async () => {
    const plant = thePlant();
    await releaseFirst(plant);
    const tagged = await plant.repository.commit({ 'projects/site/view.json': '{}' }, { branch: 'next' });
    await plant.repository.git(['tag', 'v2', tagged]);
    const release = { action: 'published', release: { tag_name: 'v2' }, repository: { clone_url: plant.repo } };
    const answer = await plant.push(`/webhook/${plant.namespace}/plant`, release, { event: 'release' });
    expect(answer.status).toBe(202);
    await expectRelease(plant, 'site-0', tagged);
    expect((await plant.stoker('plant')).spec.git.ref).toBe('main');
    const third = await plant.repository.commit({ 'a.json': '{}' }, { branch: 'stable' });
    await changeStoker(plant, { git: { repo: plant.repo, ref: 'stable' } });
    await expectRelease(plant, 'site-0', third);
    await eventually('the request is gone', async () => {
      const { metadata } = await plant.stoker('plant');
      expect(metadata.annotations?.[annotations.requestedRef]).toBeUndefined();
    });
  });

  test('that asked for another ref is over when a person removes the annotation, and after a week', async () => {
    const plant = thePlant();
    const first = await releaseFirst(plant);
    const tagged = await plant.repository.commit({ 'projects/site/view.json': '{}' }, { branch: 'next' });
    await plant.repository.git(['tag', 'v2', tagged]);
    const annotate = (notes: Readonly<Record<string, string | null>>) =>
      plant.client.mergePatch(
        stokers,
        { namespace: plant.namespace, name: 'plant' },
        { metadata: { annotations: notes } },
      );
    const request = async () => {
      await annotate({ [annotations.requestedRef]: 'v2' });
      await expectRelease(plant, 'site-0', tagged);
      await expectCondition(plant, 'RefResolved', { reason: 'RefRequested' });
    };
    const expectEnd = async () => {
      await expectRelease(plant, 'site-0', first);
      await eventually('nothing is left of the request', async () => {
        const notes = Object.keys((await plant.stoker('plant')).metadata.annotations ?? {});
        expect(notes.filter((name) => name.startsWith('stoker.io/requested-'))).toEqual([]);
      });
    };
    await request();
    await annotate({ [annotations.requestedRef]: null });
    await expectEnd();
    await request();
    await annotate({ [annotations.requestedAt]: new Date(Date.now() - 8 * 24 * 3600 * 1000).toISOString() });
    await expectEnd();
  });

  test('is never a reason to ask a URL that it names', async () => {
    const plant = thePlant();
    await releaseFirst(plant);
    const asked: string[] = [];
    const recorder = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      response.end('{}');
    });
    recorder.listen(0, '127.0.0.1');
    await once(recorder, 'listening');
    const own = new URL(plant.repo);
    const elsewhere = `http://127.0.0.1:${(recorder.address() as AddressInfo).port}`;
    const commit = await plant.repository.commit({ 'projects/site/view.json': '{}' });
    const urls = {
      clone_url: `${elsewhere}${own.pathname}`,
      html_url: elsewhere,
      url: `${elsewhere}/api`,
      hooks_url: `${elsewhere}/hooks`,
      avatar_url: `${elsewhere}/avatar`,
      compare: `${elsewhere}/compare`,
    };
    const event = { ...pushOf(plant, commit), ...urls, repository: urls, sender: urls, head_commit: urls };
    const release = { action: 'published', release: { tag_name: 'v9', ...urls }, repository: urls };
    // Hosts are not compared, so these concern the CR.
    expect((await plant.push(`/webhook/${plant.namespace}/plant`, event)).status).toBe(202);
    await expectRelease(plant, 'site-0', commit);
    const moved = await plant.push(`/webhook/${plant.namespace}/plant`, release, { event: 'release' });
    expect(await moved.json()).toMatchObject({ accepted: 1 });
    await expectCondition(plant, 'RefResolved', { status: 'False', reason: 'RefNotFound' });
    expect((await plant.push('/webhook', event)).status).toBe(202);
    expect(asked).toEqual([]);
    // It would have seen them.
    await fetch(urls.url);
    expect(asked).toEqual(['GET /api']);
    recorder.closeAllConnections();
    recorder.close();
  });

  test('with a wrong signature, and one for a CR that does not exist, get the same answer', async () => {
    const plant = thePlant();
    await releaseFirst(plant);
    const event = pushOf(plant, 'a'.repeat(40));
    const forged = await plant.push(`/webhook/${plant.namespace}/plant`, event, { secret: 'guessed' });
    const unknown = await plant.push(`/webhook/${plant.namespace}/nobody`, event);
    expect([forged.status, unknown.status]).toEqual([401, 401]);
    expect(await forged.text()).toBe(await unknown.text());
  });
});

test("a CR's own secret is the only one that its path takes", async () => {
  const plant = thePlant();
  const { client, namespace } = plant;
  const data = { key: Buffer.from('own').toString('base64') };
  await client.create(secrets, { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'hook', namespace }, data });
  await releaseFirst(plant, { webhook: { secretRef: { name: 'hook', key: 'key' } } });
  const path = `/webhook/${namespace}/plant`;
  const event = pushOf(plant, 'a'.repeat(40));
  await eventually('its own secret is known', async () => {
    expect((await plant.push(path, event, { secret: 'own' })).status).toBe(202);
  });
  expect((await plant.push(path, event)).status).toBe(401);
});
