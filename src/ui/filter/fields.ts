import type { PaneRow, Subject } from '../panes/pane.ts';

/** What is said of a row under a name: `owner=`, `state=`. */
export type Fields = ReadonlyMap<string, string>;

/** Fields that no person looks for by name: when it was read, and what is no word or number. */
const silent: ReadonlySet<string> = new Set(['at']);

/** The first of these that a row has goes by the name as well, so that one name serves every pane. */
const others: readonly (readonly [string, readonly string[]])[] = [
  ['state', ['status', 'motion']],
  ['service', ['group', 'owner', 'name', 'id']],
  ['owner', ['team', 'user']],
  ['kind', ['type']],
  ['node', ['host', 'instance']],
  ['namespace', ['env', 'database', 'cluster']],
];

const put = (fields: Map<string, string>, values: object): void => {
  for (const [name, value] of Object.entries(values) as readonly (readonly [string, unknown])[]) {
    if (silent.has(name) || fields.has(name)) continue;
    if (typeof value === 'string' || typeof value === 'bigint') fields.set(name, String(value).toLowerCase());
    else if (typeof value === 'number') fields.set(name, String(value));
  }
};

const made = new WeakMap<object, Fields>();

const thingOf = (subject: Subject) => (subject.kind === 'signal' ? subject.signal : subject.fact);

const fieldsOfThing = (subject: Subject): Fields => {
  const thing = thingOf(subject);
  const had = made.get(thing);
  if (had !== undefined) return had;
  const fields = new Map<string, string>();
  put(fields, thing);
  if ('labels' in thing) put(fields, thing.labels);
  for (const [name, instead] of others) {
    const found = instead.find((other) => fields.has(other));
    if (!fields.has(name) && found !== undefined) fields.set(name, fields.get(found) ?? '');
  }
  if (!fields.has('kind')) fields.set('kind', subject.kind);
  made.set(thing, fields);
  return fields;
};

const noFields: Fields = new Map();

/** The fields of a row in small letters, by name. A level is one of every row, asked for with `level=`. */
const fieldsOf = ({ subject }: PaneRow): Fields =>
  subject === undefined ? noFields : fieldsOfThing(subject);

/** The value under a name; undefined when the row says nothing under it. */
export const fieldOf = (row: PaneRow, name: string): string | undefined =>
  name === 'level' ? row.level : fieldsOf(row).get(name);

/** Names under which some of these rows say something, in the order in which they are found. */
export const namesIn = (rows: readonly PaneRow[]): readonly string[] => {
  const names = new Set<string>(['level']);
  for (const row of rows) for (const name of fieldsOf(row).keys()) names.add(name);
  return [...names];
};
