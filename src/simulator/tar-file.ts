import { gzipSync } from 'node:zlib';

const blockBytes = 512;

/** A header of the ustar format; POSIX.1-2017, pax. */
const headerOf = (name: string, bytes: number): Buffer => {
  const block = Buffer.alloc(blockBytes);
  block.write(`./${name}`, 0, 100);
  block.write('0000755\0', 100);
  block.write('0001750\0', 108);
  block.write('0001750\0', 116);
  block.write(`${bytes.toString(8).padStart(11, '0')}\0`, 124);
  block.write('00000000000\0', 136);
  block.write(' '.repeat(8), 148);
  block.write('0', 156);
  block.write('ustar\0' + '00', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
};

/** A `tar.gz` of some files: name → text. */
export const tarOf = (files: Readonly<Record<string, string>>): Buffer => {
  const blocks = Object.entries(files).flatMap(([name, text]) => {
    const data = Buffer.from(text);
    return [
      headerOf(name, data.length),
      data,
      Buffer.alloc((blockBytes - (data.length % blockBytes)) % blockBytes),
    ];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(2 * blockBytes)]));
};
