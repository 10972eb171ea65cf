import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { z } from 'zod';
import type { Fault } from '../../../src/domain/base/fault.ts';
import { type Destination, TunnelError } from '../../../src/platform/network/dial.ts';
import { sealConnection } from '../../../src/platform/network/sealed.ts';
import type { WireError } from '../../../src/platform/runtime/wire-error.ts';
import { toWireError } from '../../../src/platform/runtime/wire-error.ts';
import type { RouteEndpoint, SourceModule } from '../../../src/sources/kit/contract/source.ts';

/** A source that tunnels to servers on the loopback interface, by endpoint name; a test controls its failures. */
export interface Tunnel {
  readonly module: SourceModule;
  /** The current endpoints of the target. */
  ends: readonly RouteEndpoint[];
  /** The address of an endpoint, for any requested port. */
  readonly leads: Map<string, number>;
  /** Why the endpoint lookup fails. */
  blind: WireError | undefined;
  /** True: a dial never answers. */
  hangs: boolean;
  readonly dialled: Destination[];
  readonly lookups: string[];
  /** Why the tunneling source is not the expected system. */
  stranger: Fault | undefined;
  /** Closes every connection, and opens no other until `restore`. */
  cut(): void;
  restore(): void;
  openWires(): number;
}

export const end = (name: string, uid = `uid-of-${name}`): RouteEndpoint => ({ name, uid });

export const createTunnel = (ends: readonly RouteEndpoint[]): Tunnel => {
  const wires = new Set<Duplex>();
  let isCut = false;

  const open = ({ host }: Destination): Promise<Duplex> =>
    new Promise((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port: tunnel.leads.get(host) ?? 1 });
      socket.once('connect', () => {
        wires.add(socket);
        resolve(socket);
      });
      socket.once('close', () => wires.delete(socket));
      socket.on('error', (error) => reject(toWireError(error) ?? error));
    });

  const tunnel: Tunnel = {
    ends,
    leads: new Map(),
    blind: undefined,
    hangs: false,
    stranger: undefined,
    dialled: [],
    lookups: [],
    module: {
      type: 'tunnel',
      title: 'A tunnel',
      config: z.strictObject({}),
      feedNames: [],
      operations: {},
      viaTarget: () => undefined,
      open: async ({ id }) => ({
        id,
        feeds: [],
        operations: [],
        identify: async () => tunnel.stranger,
        resolveEndpoints: async (target) => {
          tunnel.lookups.push(target);
          if (tunnel.blind !== undefined) throw tunnel.blind;
          return tunnel.ends;
        },
        dial: async (to, signal) => {
          tunnel.dialled.push(to);
          if (tunnel.hangs) await new Promise((resolve) => signal.addEventListener('abort', resolve));
          if (isCut) throw new TunnelError('lost connection to pod');
          return sealConnection(await open(to));
        },
        close: async () => {},
      }),
    },
    cut: () => {
      isCut = true;
      for (const wire of wires) wire.destroy(new TunnelError('lost connection to pod'));
    },
    restore: () => {
      isCut = false;
    },
    openWires: () => wires.size,
  };
  return tunnel;
};
