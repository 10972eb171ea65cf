import type { Fault, Millis } from '../../domain/fault.ts';
import type { ViaSpec } from '../../domain/profile.ts';
import type { ChangeIo } from '../../doors/io.ts';
import type { Clock } from '../../platform/clock.ts';
import { type Dial, TunnelError } from '../../platform/network/dial.ts';
import { unseal } from '../../platform/network/sealed.ts';
import type { RemoteExec } from '../../platform/remote-exec/remote-exec.ts';
import { toFault } from '../../platform/to-fault.ts';
import type { RouteEndpoint, Source } from '../../sources/source.ts';

/** Why a source cannot be reached on its way (`words`): 'tunnel cut: k8s deployment/bus: nothing lives there now'. */
export const tunnelFault = (source: string, words: string, error: unknown, at: Millis): Fault => {
  const { message, remedy } = toFault(source, '', error, at);
  const reason = message.replace(/^tunnel cut: /, '');
  return toFault(source, '', new TunnelError(`${words}: ${reason}`, remedy), at);
};

/** How a source is reached that is not reached straight: what lives at the end of the way, and connections to it. */
export interface TunnelRoute {
  /** 'k8s deployment/bus', 'ssh bastion' */
  readonly words: string;
  /** True: ends that are found have been seen on the way. False: whether the way is good shows when it is dialled. */
  readonly sees: boolean;
  /** What lives there now, the ready ones first. Throws WireError. */
  ends(signal: AbortSignal): Promise<readonly RouteEndpoint[]>;
  /** To a port of an end, by its name. Throws TunnelError, and a plain WireError when nobody listens at that port. */
  readonly dial: Dial;
  /** A program at an end, which its `at` names. */
  readonly run: RemoteExec;
}

/** A source that others are reached through. */
export interface TunnelSource {
  readonly source?: Source;
  /** Why it is not open, or why it is not believed. Asks first when nobody knows who answers there. */
  problem(): Promise<Fault | undefined>;
  /** The door that it is lent for programs of those who are reached through it: one for all of them. */
  door(): ChangeIo;
}

interface RouteParts {
  /** Where the profile is: what the path of an ssh config is relative to. */
  readonly dir: string;
  readonly clock: Clock;
  /** Programs of this machine. */
  readonly runHere: RemoteExec;
  lead(id: string): TunnelSource;
}

/** The way that an entry's `via:` names. Contacts nothing. */
export const tunnelRouteOf = (via: ViaSpec, parts: RouteParts): TunnelRoute =>
  'ssh' in via ? sshWay(via, parts) : sourceWay(via, parts);

const sourceWay = (via: Extract<ViaSpec, { source: string }>, { lead }: RouteParts): TunnelRoute => {
  const { source: id, target, container } = via;
  const nothing = (): TunnelError => new TunnelError(`${id} cannot be used as a tunnel`);
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
      const at = { end: program.at ?? '', ...(container === undefined ? {} : { container }) };
      yield* source.run(at, program, lead(id).door(), signal);
    },
  };
};

/** 'deploy@10.0.0.1' is the host 10.0.0.1. */
const hostOf = (destination: string): string => destination.slice(destination.lastIndexOf('@') + 1);

/** The one end is the host itself: whether it can be reached shows when it is dialled. */
const sshWay = (via: Extract<ViaSpec, { ssh: string }>, { dir, clock, runHere }: RouteParts): TunnelRoute => {
  const name = hostOf(via.ssh);
  const config = via.config === undefined ? {} : { config: via.config, dir };
  const to = { ssh: via.ssh, ...config };
  return {
    words: `ssh ${via.ssh}`,
    sees: false,
    ends: async () => [{ name, uid: via.ssh }],
    dial: async ({ port }, signal) => {
      const { dialSsh } = await import('../../clients/ssh/dial-ssh.ts');
      return dialSsh(to, { host: via.host ?? 'localhost', port }, signal);
    },
    run: async function* (program, signal) {
      const { createSshExec } = await import('../../clients/ssh/ssh-exec.ts');
      yield* createSshExec(to, clock, runHere)(program, signal);
    },
  };
};
