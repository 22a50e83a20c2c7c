import { afterEach, beforeEach } from '@jest/globals';
import { openPlant, type Plant } from './plant.ts';

/** A plant of its own for every test of the file. Closing it fails where a CR's conditions break the conventions. */
export function usePlant(): () => Plant {
  let plant: Plant;
  beforeEach(async () => {
    plant = await openPlant();
  }, 60_000);
  afterEach(() => plant.close(), 60_000);
  return () => plant;
}
