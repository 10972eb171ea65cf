import { connect, createServer, type Server, type Socket } from 'node:net';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import { type CurrentFault, createByteFilter, type FilterEnd } from '../../chaos/support/byte-filter.ts';
import type { WireFault } from '../../chaos/support/fault-kinds.ts';
import type { RoundFaults } from '../../chaos/support/round.ts';
import { freePort } from '../../support/free-port.ts';

/** A TCP proxy on loopback between a source and a real server: real sockets with the faults of the simulated network. */
export interface FaultProxy extends RoundFaults, AsyncDisposable {
  set(fault: WireFault | undefined): Promise<void>;
  current(): WireFault | undefined;
  /** Returns the port that leads to this port of loopback. */
  portTo(target: number): Promise<number>;
}

interface Entrance {
  readonly port: number;
  readonly server: Server;
}

/** An open connection of a client, and how faults begin and end on it. */
interface Carried {
  begin(): void;
  finish(): void;
}

const host = '127.0.0.1';

export const openFaultProxy = (): FaultProxy => {
  const clock = systemClock();
  let fault: WireFault | undefined;
  let epoch = 0;
  let ending = new AbortController();
  let count = 0;
  const live = new Map<Socket, Carried>();
  const entrances = new Map<number, Promise<Entrance>>();
  const current = (): CurrentFault => ({ fault, epoch, ended: ending.signal, stalled: () => {} });

  const carry = (client: Socket, target: number): void => {
    const onward = connect({ host, port: target, noDelay: true, allowHalfOpen: true });
    client.setNoDelay(true);
    let isAffected = false;
    /** The client hears nothing more from the server, and the server nothing from the client. */
    let isSilent = false;
    const affect = (): void => {
      if (!isAffected) count += 1;
      isAffected = true;
      isSilent ||= fault?.name === 'silence';
    };
    const isOpen = (): boolean => !client.destroyed && !client.writableEnded;
    const end: FilterEnd = {
      isOpen,
      push: (bytes) => {
        if (isOpen() && !client.write(bytes)) onward.pause();
      },
      end: (how) => {
        if (how === 'reset') client.resetAndDestroy();
        else if (isOpen()) {
          isSilent = true;
          client.end(() => {
            if (how === 'cut') client.destroy();
          });
        }
      },
    };
    const filter = createByteFilter(clock, current, end, affect);
    client.on('drain', () => onward.resume());
    client.on('data', (bytes) => {
      if (!isSilent && onward.writable && !onward.write(bytes)) client.pause();
    });
    client.on('end', () => {
      if (isSilent) client.end();
      else onward.end();
    });
    client.on('error', () => {});
    client.once('close', () => {
      live.delete(client);
      onward.destroy();
    });
    onward.on('drain', () => client.resume());
    onward.on('data', (bytes) => {
      if (!isSilent) filter.receive(bytes);
    });
    // Delayed bytes arrive before the end.
    onward.on('end', () => {
      void filter.settled().then(() => {
        if (!isSilent && isOpen()) client.end();
      });
    });
    onward.on('error', () => {
      if (!isSilent) client.resetAndDestroy();
    });
    const carried: Carried = {
      begin: () => {
        if (fault === undefined || fault.after > 0) return;
        const { name } = fault;
        if (name === 'delay' || name === 'trickle' || name === 'corrupt') return;
        affect();
        if (name !== 'silence') end.end(name === 'refuse' ? 'reset' : name);
      },
      // What a firewall or a restarted peer does to connections it no longer knows.
      finish: () => {
        if (isAffected) client.resetAndDestroy();
      },
    };
    live.set(client, carried);
    carried.begin();
  };

  const listen = ({ server, port }: Entrance): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => {
        server.off('error', reject);
        resolve();
      });
    });
  /** Accepts no new connections; the open ones stay. */
  const shut = ({ server }: Entrance): void => {
    if (server.listening) server.close();
  };
  const open = async (target: number): Promise<Entrance> => {
    const server = createServer({ allowHalfOpen: true }, (client) => carry(client, target));
    // No outgoing connection takes this port while connections are refused.
    const entrance = { server, port: await freePort() };
    await listen(entrance);
    return entrance;
  };
  const set = async (next: WireFault | undefined): Promise<void> => {
    const before = fault;
    fault = next;
    epoch += 1;
    ending.abort();
    ending = new AbortController();
    const all = await Promise.all(entrances.values());
    for (const entrance of all)
      if (next?.name === 'refuse') shut(entrance);
      else if (!entrance.server.listening) await listen(entrance);
    for (const carried of [...live.values()])
      if (next !== undefined) carried.begin();
      else if (before !== undefined) carried.finish();
    // A refused connection does not reach this process.
    if (next?.name === 'refuse') count += 1;
  };
  return {
    set,
    current: () => fault,
    open: () => live.size,
    affected: () => count,
    portTo: async (target) => {
      const entrance = entrances.get(target) ?? open(target);
      entrances.set(target, entrance);
      return (await entrance).port;
    },
    [Symbol.asyncDispose]: async () => {
      ending.abort();
      for (const entrance of entrances.values()) shut(await entrance);
      for (const client of live.keys()) client.destroy();
    },
  };
};
