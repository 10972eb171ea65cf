import { sshReads } from '../../clients/ssh/reading.ts';
import { runOverSsh } from '../../clients/ssh/ssh-exec.ts';
import { defined } from '../../domain/base/defined.ts';
import { endpointHost, TunnelError } from '../../platform/network/dial.ts';
import type { RouteEndpoint, Source, TunnelDialer } from '../kit/contract/source.ts';
import type { HostContext } from './machine/host-context.ts';

/** Returns the problem with a `via:` target on a host, or undefined. */
export const hostTargetProblem = (target: string): string | undefined =>
  /^[^\s/]+$/.test(target) ? undefined : 'write the name of a host of this source, such as vm-1';

/** The host with that name. The local machine needs no tunnel. */
export const hostEndpoints = ({ machines }: HostContext, target: string): readonly RouteEndpoint[] =>
  machines
    .filter(({ name, address }) => address !== '' && (name === target || address === target))
    .map(({ name, address }) => ({ name, uid: address }));

/** Opens a connection to a port of a host, from that host itself: `ssh -W localhost:PORT`. */
export const dialFromHost =
  ({ machines, config, io }: HostContext): TunnelDialer =>
  async ({ host, port }, signal) => {
    const machine = machines.find(({ name }) => name === host || endpointHost(name) === host);
    if (machine === undefined)
      throw new TunnelError(`this source has no host ${host}: name one of local or ssh`);
    const { address: ssh } = machine;
    const own = {
      ssh,
      client: config.client,
      ...defined({ config: config.config }),
    };
    return io.open(sshReads, own).connect({ host: 'localhost', port }, signal);
  };

/** Runs a program on a host: its login shell receives the quoted argv. */
export const runOnHost = ({ machines, io }: HostContext): NonNullable<Source['run']> =>
  async function* ({ end }, program, door, signal) {
    const machine = machines.find(({ name }) => name === end);
    if (machine === undefined)
      throw new TunnelError(`this source has no host ${end}: name one of local or ssh`);
    const { address } = machine;
    const place = { address, clock: io.clock, program: machine.program, run: door.run };
    yield* runOverSsh(place)(program, signal);
  };
