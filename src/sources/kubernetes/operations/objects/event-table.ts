import { formatAge } from '../../../../domain/text/duration.ts';
import { formatCount } from '../../../../domain/text/format.ts';
import { apiResources, listPath } from '../../api/api-resources.ts';
import { listAll, parseListChunk } from '../../api/list-watch.ts';
import { type KubeParts, resolveNamespaces } from '../../api/parts.ts';
import { type KubeEvent, parseKubeEvent } from '../../pod/event.ts';

/** Kubernetes deletes events after an hour, unless the cluster is configured otherwise (kube-apiserver --event-ttl). */
const noEvents = 'the object has no events (by default Kubernetes keeps events for 1 h)';

/** '×14', '×14 over 32m'; '' for one occurrence. */
const occurrences = ({ count, firstAt, lastAt }: KubeEvent): string => {
  if (count <= 1) return '';
  return `×${formatCount(count)}${firstAt === undefined ? '' : ` over ${formatAge(lastAt - firstAt)}`}`;
};

/** Pads the cells of each column to its widest one. The last column is free. */
const alignColumns = (rows: readonly (readonly string[])[]): readonly string[] => {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
};

/**
 * Formats events as a table, newest first: age, count, type, reason, message. `scope`: whether they are of several
 * objects, and of several namespaces, which is then a column.
 */
const formatEventTable = (
  events: readonly KubeEvent[],
  now: number,
  scope: 'object' | 'namespace' | 'cluster',
): readonly string[] => {
  if (events.length === 0) return [noEvents];
  const objectOf = ({ namespace, object }: KubeEvent): readonly string[] => {
    if (scope === 'object') return [];
    return [scope === 'cluster' && namespace !== '' ? `${namespace} ${object}` : object];
  };
  const heads = ['AGE', 'COUNT', 'TYPE', 'REASON', ...(scope === 'object' ? [] : ['OBJECT']), 'MESSAGE'];
  const rows = events
    .toSorted((a, b) => b.lastAt - a.lastAt)
    .map((event) => [
      event.lastAt === 0 ? '–' : formatAge(now - event.lastAt),
      occurrences(event),
      event.type,
      event.reason,
      ...objectOf(event),
      event.message,
    ]);
  return alignColumns([heads, ...rows]);
};

/** The events of one object as a table. `path`: their list. Throws WireError. */
export const readObjectEvents = async (
  { client }: KubeParts,
  path: string,
  signal: AbortSignal,
): Promise<readonly string[]> => {
  const { items } = parseListChunk(await client.get(path, signal));
  const events = items.map((raw) => parseKubeEvent(raw, client.toClock));
  return formatEventTable(events, client.now(), 'object');
};

/** The events of a namespace as a table; of all for '*', of the source's own for ''. Throws WireError. */
export const readNamespaceEvents = async (
  parts: KubeParts,
  name: string,
  signal: AbortSignal,
): Promise<{ readonly namespace: string; readonly lines: readonly string[] }> => {
  const { client } = parts;
  const namespace = name === '' ? ((await resolveNamespaces(parts, signal))[0] ?? 'default') : name;
  let events: KubeEvent[] = [];
  await listAll(
    client,
    listPath(apiResources.event, namespace),
    {},
    {
      begin: () => {
        events = [];
      },
      take: (items) => void events.push(...items.map((raw) => parseKubeEvent(raw, client.toClock))),
    },
    (ask) => ask(signal),
  );
  const lines = formatEventTable(events, client.now(), namespace === '*' ? 'cluster' : 'namespace');
  return { namespace, lines };
};
