import { defined } from '../../domain/base/defined.ts';
import type { Fault, Millis } from '../../domain/base/fault.ts';
import type { ViaSpec } from '../../domain/profile/profile.ts';
import type { ChangeIo } from '../../doors/io.ts';
import { type Dial, TunnelError, tunnelReason } from '../../platform/network/dial.ts';
import { unseal } from '../../platform/network/sealed.ts';
import { toFault } from '../../platform/network/to-fault.ts';
import type { RemoteExec } from '../../platform/remote-exec/remote-exec.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import type { RouteEndpoint, Source } from '../../sources/kit/contract/source.ts';

/**
 * Returns the fault of a source that is unreachable through its route (`words`):
 * 'tunnel cut: k8s deployment/bus: no running endpoints'.
 */
export const tunnelFault = (source: string, words: string, error: unknown, time: Millis): Fault => {
  const { message, remedy } = toFault(source, '', error, time);
  const reason = tunnelReason(message);
  return toFault(source, '', new TunnelError(`${words}: ${reason}`, remedy), time);
};

/** The route to a tunneled source: its endpoints, and connections to them. */
export interface TunnelRoute {
  /** 'k8s deployment/bus', 'ssh bastion' */
  readonly words: string;
  /** True: found endpoints have been observed. False: only dialing shows whether the route works. */
  readonly sees: boolean;
  /** The running endpoints, ready ones first. Throws WireError. */
  ends(signal: AbortSignal): Promise<readonly RouteEndpoint[]>;
  /** Dials a port of an endpoint by name. Throws TunnelError, and a plain WireError when the port refuses. */
  readonly dial: Dial;
  /** Runs a program at the endpoint named by `at`. */
  readonly run: RemoteExec;
}

/** A source used as a tunnel. */
export interface TunnelSource {
  readonly source?: Source;
  /** Returns the reason it is not open or not trusted. Confirms an unknown identity first. */
  problem(): Promise<Fault | undefined>;
  /** The one ReadIo for programs of all sources that tunnel through it. */
  door(): ChangeIo;
}

interface RouteParts {
  /** Directory of the profile; the path of an ssh config is relative to it. */
  readonly dir: string;
  readonly clock: Clock;
  /** Runs programs on this machine. */
  readonly runHere: RemoteExec;
  lead(id: string): TunnelSource;
  /** For an ssh host without a port: the program there that connects to the server. */
  readonly sshConnector?: readonly string[];
}

/** The route that an entry's `via:` names. Contacts nothing. */
export const tunnelRouteOf = (via: ViaSpec, parts: RouteParts): TunnelRoute =>
  'ssh' in via ? sshWay(via, parts) : sourceWay(via, parts);

const sourceWay = (via: Extract<ViaSpec, { source: string }>, { lead }: RouteParts): TunnelRoute => {
  const { source: id, target, container } = via;
  const nothing = (): TunnelError => new TunnelError(`source ${id} cannot be used as a tunnel`);
  const open = async (): Promise<Source> => {
    const { source, problem } = lead(id);
    const fault = await problem();
    if (fault !== undefined) throw new TunnelError(`${id}: ${fault.message}`, fault.remedy);
    if (source?.resolveEndpoints === undefined) throw nothing();
    return source;
  };
  return {
    words: `${id} ${target}`,
    sees: true,
    ends: async (signal) => (await (await open()).resolveEndpoints?.(target, signal)) ?? [],
    dial: async (to, signal) => {
      const { dial } = await open();
      if (dial === undefined) throw nothing();
      return unseal(await dial(to, signal));
    },
    run: async function* (program, signal) {
      const source = await open();
      if (source.run === undefined) throw nothing();
      const place = { end: program.at ?? '', ...defined({ container }) };
      yield* source.run(place, program, lead(id).door(), signal);
    },
  };
};

/** 'deploy@10.0.0.1' is the host 10.0.0.1. */
const hostOf = (destination: string): string => destination.slice(destination.lastIndexOf('@') + 1);

/** The only endpoint is the host itself: dialing shows whether it can be reached. */
const sshWay = (
  via: Extract<ViaSpec, { ssh: string }>,
  { dir, clock, runHere, sshConnector }: RouteParts,
): TunnelRoute => {
  const connector = via.port === undefined ? sshConnector : undefined;
  const name = hostOf(via.ssh);
  const config = via.config === undefined ? {} : { config: via.config, dir };
  const to = { ssh: via.ssh, ...config };
  return {
    words: `ssh ${via.ssh}`,
    sees: false,
    ends: async () => [{ name, uid: via.ssh }],
    dial: async ({ port }, signal) => {
      const { dialSsh, dialSshProgram } = await import('../../clients/ssh/dial-ssh.ts');
      if (connector !== undefined) return dialSshProgram(to, connector, signal);
      return dialSsh(to, { host: via.host ?? 'localhost', port }, signal);
    },
    run: async function* (program, signal) {
      const { createSshExec } = await import('../../clients/ssh/ssh-exec.ts');
      yield* createSshExec(to, clock, runHere)(program, signal);
    },
  };
};
