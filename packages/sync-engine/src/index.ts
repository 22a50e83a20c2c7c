export type * from './types.ts';
// Agreed face (implementations follow):
//   sync(request: SyncRequest, options?: SyncOptions): Promise<SyncReport>
//   recover(target: string, options: { holder: string }): Promise<'nothing' | 'finished' | 'undone'>
//   readStatus(target: string): Promise<TargetStatus>
//   clean(target: string): Promise<void>                       removes `.stoker/`
//   directorySource(path: string): Source
// Errors are StokerErrors. reasons: SourceVanished SourceMissing UnsafePath PathConflict TargetUnsafe (symlink, special, bind mount)
//   InvalidTemplate InvalidJson StorageFull TargetReadOnly TargetIOError LockHeld SymlinkRefused SubmoduleRefused LfsPointer
//   BlobMismatch Cancelled
