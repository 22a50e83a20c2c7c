import { running } from './globalSetup.mjs';

export default async function globalTeardown() {
  await running.close();
}
