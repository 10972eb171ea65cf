import type { PaneRow, Subject } from '../../panes/row.ts';

/** Fields that no person looks for by name: when it was read. */
const silent: ReadonlySet<string> = new Set(['at', 'since', 'startedAt']);

/** The first of these that a row has goes by the name as well, so that one name serves every pane. */
const others: Readonly<Record<string, readonly string[]>> = {
  state: ['status', 'motion'],
  service: ['group', 'owner', 'name', 'id'],
  owner: ['team', 'user'],
  kind: ['type'],
  node: ['host', 'instance'],
  namespace: ['env', 'database', 'cluster'],
};

/** What is said under this very name, of the thing itself or by its labels. */
const said = (subject: Subject, name: string): string | undefined => {
  if (silent.has(name)) return undefined;
  const thing = subject.kind === 'signal' ? subject.signal : subject.fact;
  const own: unknown = Object.getOwnPropertyDescriptor(thing, name)?.value;
  if (typeof own === 'string') return own;
  if (typeof own === 'number' || typeof own === 'bigint') return String(own);
  return 'labels' in thing && Object.hasOwn(thing.labels, name) ? thing.labels[name] : undefined;
};

/** The value under a name, as it was read; undefined when the row says nothing under it. */
export const fieldOf = ({ subject, level, fields }: PaneRow, name: string): string | undefined => {
  if (name === 'level') return level;
  if (fields !== undefined && Object.hasOwn(fields, name)) return fields[name];
  if (subject === undefined) return undefined;
  const value = said(subject, name);
  if (value !== undefined) return value;
  const instead = others[name]?.find((other) => said(subject, other) !== undefined);
  if (instead !== undefined) return said(subject, instead);
  return name === 'kind' ? subject.kind : undefined;
};

/** Names under which a row says something. */
const namesOf = (row: PaneRow): readonly string[] => {
  const { subject } = row;
  if (subject === undefined) return Object.keys(row.fields ?? {});
  const thing = subject.kind === 'signal' ? subject.signal : subject.fact;
  const labels = 'labels' in thing ? Object.keys(thing.labels) : [];
  return [...Object.keys(others), ...Object.keys(thing), ...labels];
};

/** Names under which some of these rows say something, those that serve every pane first. */
export const namesIn = (rows: readonly PaneRow[]): readonly string[] => {
  const names = new Set<string>(['level']);
  for (const row of rows)
    for (const name of namesOf(row))
      if (!names.has(name) && fieldOf(row, name) !== undefined) names.add(name);
  return [...names];
};
