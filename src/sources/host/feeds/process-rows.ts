import type { Workload } from '../../../kinds/workloads/fact.ts';
import { oneLine } from '../../../platform/terminal/sanitize.ts';
import { withoutPasswords } from '../../secret-text.ts';
import { isCalled, lineage, type Process } from '../parse/processes.ts';
import { isActive, type Unit } from '../parse/units.ts';
import type { Seen } from './look.ts';

type Row = Omit<Workload, 'source' | 'at' | 'namespace' | 'owner' | 'node'>;

/** A process in words: 'pid 4711, nc -l 8080, of deploy'. */
export const processWords = ({ pid, args, name, user }: Process): string =>
  `pid ${pid}, ${oneLine(args === '' ? name : withoutPasswords(args), 80)}, of ${user}`;

/** The programs of a name: how many run, the memory of all. */
export const processRow = (name: string, all: readonly Process[], fromWall: (at: number) => number): Row => {
  const found = all.filter((one) => isCalled(one, name));
  const [first] = found;
  if (first === undefined) return { kind: 'process', name, status: 'not running', ready: 0, wanted: 1 };
  return {
    kind: 'process',
    name,
    status: 'running',
    ready: found.length,
    wanted: found.length,
    memoryBytes: found.reduce((sum, { rssBytes }) => sum + rssBytes, 0),
    ...(found.length > 1 || first.startedAt === undefined ? {} : { startedAt: fromWall(first.startedAt) }),
    detail:
      found.length === 1
        ? processWords(first)
        : `${found.length} processes: ${oneLine(found.map(({ pid }) => pid).join(', '), 80)}`,
  };
};

/** Who a port is meant for; `unit` is absent when systemd could not be asked. */
interface Owner {
  readonly name: string;
  readonly unit: Unit | undefined;
}

/**
 * Who listens to a port. It is ready when it is held by the unit that it is meant for, or by anybody where it is meant for
 * nobody; who holds it is not always told, and what is not told is not held against it.
 */
export const portRow = (port: number, { listeners = [], processes = [] }: Seen, owner?: Owner): Row => {
  const row = { kind: 'process', name: `port ${port}`, wanted: 1 } as const;
  const bound = listeners.filter((one) => one.port === port);
  if (bound.length === 0) return { ...row, status: 'not bound', ready: 0 };
  const holders = bound.flatMap(({ holders }) => holders);
  const [holder] = holders;
  if (holder === undefined) {
    const isStranger = owner?.unit !== undefined && !isActive(owner.unit);
    return {
      ...row,
      status: isStranger ? 'held by another' : 'bound',
      ready: isStranger ? 0 : 1,
      detail: 'who holds it is told to root only: allow sudo -n ss',
    };
  }
  const mainPid = owner?.unit?.mainPid;
  const isOwn = ({ pid }: { readonly pid: number }): boolean =>
    mainPid !== undefined && (pid === mainPid || lineage(pid, processes).includes(mainPid));
  const own = owner?.unit === undefined ? holder : holders.find(isOwn);
  const shown = own ?? holder;
  const process = processes.find(({ pid }) => pid === shown.pid);
  const detail = process === undefined ? `pid ${shown.pid}, ${shown.name}` : processWords(process);
  const by = own !== undefined && owner?.unit !== undefined ? owner.unit.name : shown.name;
  return { ...row, status: `held by ${by}`, ready: own === undefined ? 0 : 1, detail };
};
