import { createHash, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { ResolvedProfile } from '@stoker/crd-types';
import { resourceSignature, startGateway, type SimulatedGateway } from '@stoker/gateway-sim';
import { eventually } from '../../testing/folder.ts';
import { createPlant, type Plant } from './plant.ts';
import type { SidecarProcess } from './podOnApiServer.ts';

// The key is the base64url of the bytes "stoker".
const apiKey = 'deploy:c3Rva2Vy';

/** A pod whose agent and simulated gateway run side by side, both through with their first start. */
export interface PlantWithGateway {
  readonly plant: Plant;
  readonly gateway: SimulatedGateway;
  readonly agent: SidecarProcess;
  /** Commits these files and gives them out as a release. */
  release(files: Readonly<Record<string, string>>, profile?: Partial<ResolvedProfile>): Promise<string>;
  close(): Promise<void>;
}

/** @param files of the first release */
export async function startPlantWithGateway(files: Readonly<Record<string, string>>): Promise<PlantWithGateway> {
  await using opened = new AsyncDisposableStack();
  const port = await freePort();
  const plant = await createPlant({ port, tls: true });
  opened.defer(plant.close);
  writeFileSync(join(plant.pod.volumes, 'credentials/gateway-api-key'), `${apiKey}\n`);
  await plant.pod.createReports();
  const first = await plant.repository.commit(files);
  await plant.pod.publish(plant.metadata(first));
  const agent = plant.pod.start(plant.kubeconfig);
  await eventually('the gateway may start', async () => (await agent.health('/startupz')) === 200);
  const gateway = await startGateway({ dataDir: plant.pod.data, httpPort: 0, httpsPort: port, apiToken: apiKey });
  opened.defer(gateway.close);
  await eventually(
    'its first start is put right',
    async () => (await plant.pod.status())?.scan?.outcome === 'Scanned',
    { withinMs: 40_000 },
  );
  const kept = opened.move();
  return {
    plant,
    gateway,
    agent,
    async release(next, profile = {}) {
      const commit = await plant.repository.commit(next);
      await plant.pod.publish(plant.metadata(commit, profile));
      return commit;
    },
    close: () => kept.disposeAsync(),
  };
}

/** A resource of one file, with its signed `resource.json`. */
export function signedResource(folder: string, name: string, content: string): Record<string, string> {
  const fields = { scope: 'G', version: 1, overridable: true, files: [name], attributes: {} };
  const sha256 = () => createHash('sha256').update(content).digest('hex');
  const signed = { ...fields, attributes: { lastModificationSignature: resourceSignature(fields, sha256) } };
  return { [`${folder}/${name}`]: content, [`${folder}/resource.json`]: JSON.stringify(signed) };
}

/** A port that is still free when a gateway starts on it: below those that the system gives to whoever asks for any. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 32_000);
    const server = createServer().listen(port, '127.0.0.1');
    try {
      await once(server, 'listening');
    } catch {
      // Somebody has it: another one, then.
      continue;
    }
    server.close();
    await once(server, 'close');
    return port;
  }
}
