/** A source that sends its own bytes over a connection of a ReadIo. */
import { kubernetesReads } from '../../../src/clients/kubernetes/reading.ts';
import { lokiReads } from '../../../src/clients/loki/reading.ts';
import type { ReadIo } from '../../../src/doors/io.ts';
import type { TunnelDialer } from '../../../src/sources/kit/contract/source.ts';

export const send = async (io: ReadIo, signal: AbortSignal): Promise<void> => {
  const connection = await io.connect({ host: 'db', port: 5432 }, signal);
  // error TS2339: Property 'write' does not exist on type 'Sealed'
  connection.write('DROP TABLE orders');
  // error TS2339: Property 'on' does not exist on type 'Sealed'
  connection.on('data', () => {});
  // error TS18013: Property '#connection' is not accessible
  connection.#connection.write('DROP TABLE orders');
  // error TS2339: Property 'socket' does not exist on type 'ReadIo'
  await io.socket({ url: 'http://api/exec', protocols: [] }, signal);
  const to = { namespace: 'shop', pod: 'db-0', port: 5432 };
  const forward = await io.open(kubernetesReads, {}).portForward(to, signal);
  // error TS2339: Property 'write' does not exist on type 'Sealed'
  forward.write('GET / HTTP/1.0\r\n\r\n');
  const tail = await io.open(lokiReads, { url: 'http://loki' }).tail({ url: 'http://loki/tail' }, signal);
  // error TS2339: Property 'send' does not exist on type 'LokiTail'
  await tail.send(new Uint8Array());
};

/** Returning a connection that can be written to does not compile either. */
export const dial = (wire: NodeJS.ReadWriteStream): TunnelDialer => {
  // error TS2322: Type 'Promise<ReadWriteStream>' is not assignable to type 'Promise<Sealed>'
  return async () => wire;
};
