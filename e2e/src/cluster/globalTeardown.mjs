import { chooseCluster } from './chooseCluster.ts';
import { started } from './globalSetup.mjs';

export default async function globalTeardown() {
  if (started.byThisRun) await chooseCluster().down(() => undefined);
}
