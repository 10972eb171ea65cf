/** The allowed calls of a source. The only file here that compiles: the others fail because of what they do, not of how they are written. */
import { kafkaReads } from '../../../src/clients/kafka/reading.ts';
import { kubernetesReads } from '../../../src/clients/kubernetes/reading.ts';
import { lokiReads } from '../../../src/clients/loki/reading.ts';
import { postgresChanges } from '../../../src/clients/postgres/changing.ts';
import { postgresReads } from '../../../src/clients/postgres/reading.ts';
import type { ReadIo } from '../../../src/doors/io.ts';
import type { Operation, TunnelDialer } from '../../../src/sources/kit/contract/source.ts';

const shop = { url: 'postgres://opsdeck@db/shop' };

export const look = async (io: ReadIo, signal: AbortSignal): Promise<readonly unknown[]> => [
  await io.get({ url: 'http://billing/actuator/health', method: 'HEAD' }, signal),
  await io.open(kafkaReads, { brokers: ['bus:9092'] }).withSession(signal, (session) => session.groups()),
  await io.open(postgresReads, shop).ask({ text: 'SELECT 1' }, signal),
  await io.open(kubernetesReads, {}).access(signal),
  await io.open(lokiReads, { url: 'http://loki' }).tail({ url: 'http://loki/loki/api/v1/tail' }, signal),
  await io.files.read('/etc/hosts', { from: 'head', maxBytes: 100 }, signal),
];

export const handOn =
  (io: ReadIo): TunnelDialer =>
  (to, signal) =>
    io.connect(to, signal);

export const act: Operation['act'] = async function* (_plan, change, signal) {
  await change.call(postgresChanges, shop, { text: 'VACUUM orders' }, signal);
  yield { is: 'made', key: 'id', value: '1' };
};
