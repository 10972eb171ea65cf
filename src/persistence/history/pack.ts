import { promisify } from 'node:util';
import { constants, deflateRaw, inflateRawSync } from 'node:zlib';

const deflate = promisify(deflateRaw);

/** Text, pressed together; the work is done beside the main thread. */
export const packed = (text: string): Promise<Uint8Array> =>
  deflate(text, { level: constants.Z_DEFAULT_COMPRESSION });

/** The text that was packed. At once: it takes a millisecond or two. Throws when the bytes are none of ours. */
export const unpacked = (bytes: Uint8Array): string => inflateRawSync(bytes).toString('utf8');
