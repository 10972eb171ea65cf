import type { Tail } from '../../../logs/reading/tail.ts';
import { WireError } from '../../../platform/failures.ts';
import { RemediedError } from '../../../platform/fault.ts';
import { listContainers } from '../containers/look.ts';
import type { Daemon } from '../daemon.ts';
import { severalProjects } from '../operations/chosen.ts';
import { containerTail } from './container-tail.ts';

/**
 * A stream for every container that `of` means: one by its name, or those of a service; absent: all. Throws WireError,
 * `missing` when there is none.
 */
export const tailsOf = async (
  daemon: Daemon,
  of: string | undefined,
  signal: AbortSignal,
): Promise<readonly Tail[]> => {
  const containers = await listContainers(daemon, signal);
  const named = containers.filter(({ name }) => name === of);
  const wanted =
    of === undefined
      ? containers
      : named.length > 0
        ? named
        : containers.filter(({ service, isOneOff }) => service === of && !isOneOff);
  const several = of === undefined ? undefined : severalProjects(wanted, of);
  if (several !== undefined)
    throw new RemediedError('unconfigured', several, 'name the Compose project of this source: project:');
  if (wanted.length === 0) throw new WireError('missing', noneWords(daemon, of));
  return wanted.map((container) => containerTail(daemon, container));
};

const noneWords = ({ config: { project }, name }: Daemon, of: string | undefined): string => {
  const where = project === undefined ? name : `project ${project} at ${name}`;
  return of === undefined ? `${where} has no container` : `${where} has no container or service ${of}`;
};
