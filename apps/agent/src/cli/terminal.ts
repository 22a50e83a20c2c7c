/** Where a command writes. stdout is for its result alone; everything else goes to stderr. */
export interface Terminal {
  readonly stdout: NodeJS.WritableStream;
  /** A bar is drawn where it is a terminal. */
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean | undefined };
}
