/** The server ends a watch after 5 to 10 minutes, at random: many clients spread, and none stays on one server for ever. */
export const minWatchSeconds = 300;
/** A server sends a bookmark about every minute; nothing for longer means that nobody is there any more. */
export const maxSilenceMs = 90_000;
/** A watch that held this long was a good one. */
export const goodWatchMs = 10_000;
/** As in client-go. */
export const firstBackoffMs = 800;
export const longestBackoffMs = 30_000;
/** Until the first list: somebody waits for it to begin at all, and what is missing, a Role say, is often about to come. */
export const longestFirstBackoffMs = 2_000;
/** API servers ask for half a minute at most; what is between may ask for a day, in which nobody would see anything. */
export const longestAskedMs = 60_000;
/** After so many failures in a row the version itself is in doubt (etcd restored from a backup): list again. */
export const maxFailuresBeforeList = 5;
