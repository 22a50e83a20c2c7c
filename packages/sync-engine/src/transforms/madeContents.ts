import type { BlobSink, Source } from '../types.ts';
import { collecting } from './readBlobs.ts';

/** How content that no source has is made from one that it has. */
export interface Origin {
  readonly blobId: string;
  readonly apply: (content: Uint8Array) => Uint8Array;
}

/** The source, with the content that was made from it: `made` tells its origin by the id of what comes out. */
export function madeContents(source: Source, made: ReadonlyMap<string, Origin>): Source {
  return {
    id: source.id,
    blobHash: source.blobHash,
    list: (under, signal) => source.list(under, signal),
    read(blobIds, sink, signal) {
      const origins = blobIds.map((blobId) => made.get(blobId));
      const ids = blobIds.map((blobId, index) => origins[index]?.blobId ?? blobId);
      return source.read(ids, making(origins, blobIds, sink), signal);
    },
  };
}

/** One pass over the source, whatever has to be made on the way. */
function making(origins: readonly (Origin | undefined)[], blobIds: readonly string[], sink: BlobSink): BlobSink {
  const collector = collecting((index) => `the content ${blobIds[index]}`);
  let origin: Origin | undefined;
  return {
    begin(index, size) {
      origin = origins[index];
      if (origin === undefined) sink.begin(index, size);
      else collector.begin(index, size);
    },
    write: (bytes) => (origin === undefined ? sink.write(bytes) : collector.write(bytes)),
    end() {
      if (origin !== undefined) {
        const content = origin.apply(collector.content());
        sink.begin(collector.index, content.length);
        sink.write(content);
      }
      sink.end();
    },
  };
}
