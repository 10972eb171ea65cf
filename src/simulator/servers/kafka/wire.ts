import type { TlsOptions } from 'node:tls';
import type { RunningWire } from '../sight.ts';
import { noterOf, type View } from '../sight.ts';
import { type Interfere, startBroker } from './broker.ts';
import type { BrokerLogin, BrokerSight } from './sight.ts';

/** Calls that change a cluster. Source: Kafka protocol guide, API keys. */
const changing = new Set([
  'CreateTopics',
  'CreatePartitions',
  'OffsetCommit',
  'DeleteTopics',
  'DeleteGroups',
  'AlterConfigs',
  'IncrementalAlterConfigs',
]);

/** What the brokers ask of their clients. */
export interface KafkaSecurity {
  readonly tls?: TlsOptions;
  readonly login?: BrokerLogin;
}

/** Starts the brokers of this environment's Kafka cluster, each on a free loopback port: `${world.kafka}` names them all. */
export const startKafkaWire = async (
  view: View,
  interfere?: Interfere,
  { tls, login }: KafkaSecurity = {},
): Promise<RunningWire> => {
  const { messaging: cluster } = view.model.layout(view.env).parts;
  const ports = new Map<number, number>();
  const note = noterOf(view, 'kafka');
  const see = (id: number): BrokerSight => {
    const { messaging } = view.model.see(view.env, view.clock.now()).parts;
    if (messaging === undefined) throw new Error(`no messaging in ${view.env} of the embedded world`);
    return {
      id,
      messaging,
      ports,
      toModel: (at) => view.model.toModel(at),
      ...(login === undefined ? {} : { login }),
    };
  };
  const running = await Promise.all(
    (cluster?.brokerIds ?? []).map(async (id) => {
      const broker = await startBroker(
        () => see(id),
        (asked) => {
          if (changing.has(asked.name)) note(asked.name);
          return interfere?.(asked) ?? false;
        },
        tls,
      );
      ports.set(id, broker.port);
      return broker;
    }),
  );
  return {
    vars: { kafka: running.map(({ port }) => `127.0.0.1:${port}`).join(',') },
    close: async () => {
      await Promise.all(running.map((broker) => broker.close()));
    },
  };
};
