/** Set when the app is bundled; a run from source has no version. */
export const version = process.env['STOKER_VERSION'] ?? '0.0.0-source';
