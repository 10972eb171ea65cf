import type { plain } from './plain.ts';

export type Plain = ReturnType<typeof plain>;

const quoted = (text: string): string =>
  `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
const labelName = (name: string): string => (/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) ? name : quoted(name));
const number = (value: number): string =>
  Number.isNaN(value) ? 'NaN' : Object.is(value, -0) ? '-0' : String(value).replace('Infinity', 'Inf');
const labelSet = (labels: Readonly<Record<string, string>>, first: readonly string[] = []): string => {
  const all = [
    ...first,
    ...Object.entries(labels).map(([name, value]) => `${labelName(name)}=${quoted(value)}`),
  ];
  return all.length === 0 ? '' : `{${all.join(',')}}`;
};

/** A series as a line, as written by a client library. */
export const lineOf = ({ name, labels, value, stampMs, exemplar }: Plain, openMetrics: boolean): string => {
  const isPlain = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name);
  const head = isPlain ? `${name}${labelSet(labels)}` : labelSet(labels, [quoted(name)]);
  const stamp = stampMs === undefined ? '' : ` ${openMetrics ? stampMs / 1000 : stampMs}`;
  const example =
    exemplar === undefined
      ? ''
      : ` # ${labelSet(exemplar.labels) || '{}'} ${number(exemplar.value)}${exemplar.atMs === undefined ? '' : ` ${exemplar.atMs / 1000}`}`;
  return `${head} ${number(value)}${stamp}${example}\n`;
};
