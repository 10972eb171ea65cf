import { type Client, type OpenReads, openReads, type ReadingProtocol } from '../platform/protocol.ts';
import type { Transport } from '../platform/transport.ts';

/** The reading clients of one door, by protocol and target. */
export interface KeptClients {
  readonly open: OpenReads;
  close(): Promise<void>;
}

/** Keeps what it opens over a transport, so that two questions to one target share its connections, until it is closed. */
export const keepClients = (transport: Transport): KeptClients => {
  /** Each protocol has clients of its own type. */
  const closing: Client[] = [];
  const byProtocol = new WeakMap<object, Map<string, unknown>>();
  const clientsOf = <T, C extends Client>(protocol: ReadingProtocol<T, C>): Map<string, C> => {
    const known = byProtocol.get(protocol) as Map<string, C> | undefined;
    const clients = known ?? new Map<string, C>();
    byProtocol.set(protocol, clients);
    return clients;
  };
  return {
    open: (protocol, target) => {
      const clients = clientsOf(protocol);
      const key = JSON.stringify(target);
      const known = clients.get(key);
      if (known !== undefined) return known;
      const client = openReads(protocol, transport, target);
      clients.set(key, client);
      closing.push(client);
      return client;
    },
    close: async () => {
      await Promise.all(closing.map((client) => client.close()));
    },
  };
};
