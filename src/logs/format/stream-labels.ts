/** A stream as named by its source. */
interface Named {
  readonly source: string;
  readonly name: string;
}

/** A pod of a deployment: name, hash of the pod template, random suffix. */
const ofDeployment = /^(.+)-(?:[0-9a-f]{6,10}|[bcdfghjklmnpqrstvwxz2456789]{6,10})-([a-z0-9]{3,5})$/;

const isPath = (name: string): boolean => /(?:^|:)\//.test(name);

/** 'vm-1:/var/log/api.log' → 'api.log', 'log/api.log', …, and each with its host. */
const namesOfFile = (name: string): readonly string[] => {
  const [, host = '', path = name] = /^(?:([^/]*):)?(\/.*)$/.exec(name) ?? [];
  const parts = path.split('/').filter((part) => part !== '');
  const ends = parts.map((_, index) => parts.slice(parts.length - 1 - index).join('/'));
  return host === '' ? ends : ends.flatMap((end) => [end, `${host}:${end}`]);
};

/** 'vm-1/api.service' → 'api', 'vm-1/api'. */
const namesOfUnit = (parts: readonly string[]): readonly string[] => {
  const unit = (parts.at(-1) ?? '').replace(/\.service$/, '');
  return [unit, ...parts.slice(0, -1).map((_, index) => [...parts.slice(index, -1), unit].join('/'))];
};

/** 'billing-7c9f4d-x2k' → 'billing-x2k', and the full name. */
const namesOfPod = (pod: string): readonly string[] => [
  ...new Set([pod.replace(ofDeployment, '$1-$2'), pod]),
];

/**
 * 'shop/billing-7c9f4d-x2k/app' → 'billing-x2k', 'billing-x2k/app', 'billing-7c9f4d-x2k', …; a single part →
 * its short form. A pod after its owner, 'billing/billing-7c9f4d-x2k' → 'billing-x2k', 'billing-7c9f4d-x2k',
 * ….
 */
const namesOfContainer = (parts: readonly string[]): readonly string[] => {
  const [first = '', second] = parts.slice(-2);
  if (second?.startsWith(`${first}-`)) return [...namesOfPod(second), `${first}/${second}`];
  const own = namesOfPod(first);
  const inside = second === undefined ? own : own.flatMap((text) => [text, `${text}/${second}`]);
  const [space] = parts.length > 2 ? parts : [];
  return space === undefined ? inside : [...inside, ...inside.map((text) => `${space}/${text}`)];
};

/** Returns the possible names of a stream, shortest first; the last one is unique. */
const candidates = ({ source, name }: Named): readonly string[] => {
  const parts = name.split('/').filter((part) => part !== '');
  const own = isPath(name)
    ? namesOfFile(name)
    : parts.at(-1)?.endsWith('.service')
      ? namesOfUnit(parts)
      : namesOfContainer(parts);
  const all = [...own, name, ...own.slice(0, 1).map((text) => `${source}:${text}`), `${source}:${name}`];
  return [...new Set(all.filter((text) => text !== ''))];
};

interface Naming {
  readonly names: readonly string[];
  at: number;
}

const labelOf = ({ names, at }: Naming): string => names[at] ?? '';

/**
 * Lengthens the names of streams with equal names; returns false if all names differ, or no longer names exist.
 */
const lengthen = (all: Iterable<Naming>): boolean => {
  const alike = [...Map.groupBy(all, labelOf).values()].filter(({ length }) => length > 1).flat();
  const short = alike.filter(({ at, names }) => at < names.length - 1);
  for (const naming of short) naming.at++;
  return short.length > 0;
};

/**
 * Returns display names of streams, as short as possible while unambiguous. `labels`: earlier labels by
 * 'source:name', kept while they remain unambiguous. A stream that occurs twice (because it restarted) has
 * one label.
 */
export const shortStreamLabels = (
  streams: readonly Named[],
  labels: ReadonlyMap<string, string> = new Map(),
): readonly string[] => {
  const keyOf = ({ source, name }: Named): string => `${source}:${name}`;
  const all = new Map<string, Naming>();
  for (const stream of streams) {
    const key = keyOf(stream);
    const names = candidates(stream);
    if (!all.has(key)) all.set(key, { names, at: Math.max(0, names.indexOf(labels.get(key) ?? '')) });
  }
  let isDone = false;
  while (!isDone) isDone = !lengthen(all.values());
  return streams.map((stream) => {
    const naming = all.get(keyOf(stream));
    return naming === undefined ? stream.name : labelOf(naming);
  });
};
