/** A source that sends a POST with a ReadIo. */
import { prometheusReads } from '../../../src/clients/prometheus/reading.ts';
import type { ReadIo } from '../../../src/doors/io.ts';

export const post = async (io: ReadIo, signal: AbortSignal): Promise<void> => {
  // error TS2322: Type '"POST"' is not assignable to type '"GET" | "HEAD"
  await io.get({ url: 'http://billing/refund', method: 'POST' }, signal);
  // error TS2353: 'body' does not exist
  await io.get({ url: 'http://billing/refund', body: '{}' }, signal);
  // error TS2353: 'method' does not exist
  await io.stream({ url: 'http://billing/refund', method: 'POST' }, signal);
  // error TS2339: Property 'send' does not exist on type 'ReadIo'
  await io.send({ url: 'http://billing/refund', method: 'POST' }, signal);
  const reads = io.open(prometheusReads, { url: 'http://prometheus' });
  // error TS2345: Argument of type '"/-/reload"' is not assignable
  await reads.query('/-/reload', { form: {} }, signal);
};
