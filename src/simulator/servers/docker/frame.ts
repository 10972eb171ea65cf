/** A frame of the multiplexed stream: stdout is 1, stderr 2. Source: Docker Engine API, ContainerAttach. */
export const frame = (said: string | Uint8Array, stream: 1 | 2): Buffer => {
  const payload = typeof said === 'string' ? Buffer.from(said) : said;
  const head = Buffer.alloc(8);
  head[0] = stream;
  head.writeUInt32BE(payload.length, 4);
  return Buffer.concat([head, payload]);
};
