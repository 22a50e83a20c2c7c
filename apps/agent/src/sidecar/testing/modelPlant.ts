import type { MetadataDocument, Release } from '@stoker/crd-types';
import { StokerError, type ErrorClass } from '@stoker/errors';
import { withDocument } from '../transitions.ts';
import { document, release } from './fixtures.ts';
import { createModelGateway, startModelAgent, type ModelAgent, type ModelGateway } from './model.ts';

/** A gateway that bears every release but `r2`, and has `r1`. What a bad release leads to is a rollback. */
export interface ModelPlant {
  readonly gateway: ModelGateway;
  agent: ModelAgent;
  want(id: string, over?: Partial<MetadataDocument>, profile?: Partial<Release['profile']>): void;
  /** The next process of the agent, told the same as the one before it. */
  restart(options?: { readonly started?: boolean }): void;
  /** From here on `r2` is in the folder and judged; it is not taken back yet. */
  judgeBad(): Promise<void>;
  close(): void;
}

export async function startModelPlant(): Promise<ModelPlant> {
  const gateway = createModelGateway();
  const plant: ModelPlant = {
    gateway,
    agent: startModelAgent(gateway),
    want(id, over = {}, profile = {}) {
      const wanted = release({ id, profile: { verification: { onFailure: 'rollback' }, ...profile } });
      plant.agent.cell.update((state) => withDocument(state, document({ release: wanted, ...over })));
    },
    restart(options) {
      const { document: wanted } = plant.agent.cell.state;
      plant.agent = startModelAgent(gateway, options);
      plant.agent.cell.update((state) => withDocument(state, wanted));
    },
    async judgeBad() {
      plant.want('r2');
      await plant.agent.act();
      if (plant.agent.cell.state.refused?.releaseId !== 'r2') throw new Error('the release was not judged');
    },
    close: gateway.close,
  };
  plant.want('r1');
  await plant.agent.settle();
  gateway.bad.add('r2');
  return plant;
}

/** How a sync or rollback ends that fails half-way. */
export function failing(errorClass: ErrorClass): () => Promise<void> {
  return async () => {
    throw new StokerError('no space left', { reason: 'StorageFull', class: errorClass });
  };
}
