/** Where a command writes. stdout is for its result alone; everything else goes to stderr. */
export interface Terminal {
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WriteStream;
}
