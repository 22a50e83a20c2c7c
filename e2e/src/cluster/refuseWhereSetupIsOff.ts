/** Throws where nothing may be installed (STOKER_SETUP=off) and `name` would have to be built. */
export function refuseWhereSetupIsOff(name: string, env: NodeJS.ProcessEnv = process.env): void {
  if (env['STOKER_SETUP'] !== 'off') return;
  throw new Error(
    `${name} is missing, and STOKER_SETUP=off says to install nothing; run this once without it, or put ${name} on PATH`,
  );
}
