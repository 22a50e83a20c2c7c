import { crc32, deflateSync } from 'node:zlib';
import type { Random } from './random.ts';

const width = 80;
const height = 50;

/** A picture of a view as the Designer makes one: a small PNG, greyscale, some boxes on a ground. */
export function thumbnail(random: Random): Uint8Array {
  const rows = Buffer.alloc((width + 1) * height, 0xf0);
  for (let row = 0; row < height; row++) rows[row * (width + 1)] = 0;
  for (let box = 0; box < 6; box++) {
    const [left, top, shade] = [random.below(width - 12), random.below(height - 8), random.below(200)];
    for (let row = top; row < top + 8; row++) {
      const start = row * (width + 1) + 1 + left;
      rows.fill(shade, start, start + 12);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8; // bits of grey
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
