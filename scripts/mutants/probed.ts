import MagicString from 'magic-string';
import type { Mutation, Probe } from './operators.ts';

/** Functions of `globalThis.opsdeckProbes` (test/support/mutants/probes.ts), by comparison operator. */
const compared = new Map([
  ['<', 'below'],
  ['<=', 'atMost'],
  ['>', 'above'],
  ['>=', 'atLeast'],
]);

const around = (probe: Probe, id: number, text: string): readonly [open: string, close: string] => {
  const mark = `$probes.reached[${id}]=1`;
  if (probe.by === 'reach') return [`(${mark},`, ')'];
  if (probe.by === 'statement') return [`{${mark};`, '}'];
  if (probe.by !== 'boundary') return [`$probes.${probe.by}(${id},`, ')'];
  const operator = text.slice(probe.between?.start, probe.between?.end).trim();
  return [`$probes.${compared.get(operator)}(${id},`, ')'];
};

/**
 * The text of a source file with a probe at each mutation: it behaves the same, and marks in `globalThis.opsdeckProbes` each mutation
 * that it reaches, by its number from `first` on. Lines keep their numbers.
 */
export const withProbes = (text: string, mutations: readonly Mutation[], first: number): string => {
  const output = new MagicString(text);
  const probes = mutations
    .map(({ probe }, index) => ({ probe, texts: around(probe, first + index, text) }))
    .toSorted((left, other) => left.probe.start - other.probe.start || other.probe.end - left.probe.end);
  // Outer probes open first and close last.
  for (const { probe, texts } of probes) output.appendRight(probe.start, texts[0]);
  for (const { probe, texts } of probes.toReversed()) output.appendLeft(probe.end, texts[1]);
  for (const { probe } of probes)
    if (probe.between !== undefined) output.overwrite(probe.between.start, probe.between.end, ',');
  return `const $probes=globalThis.opsdeckProbes;${output.toString()}`;
};

/** The text of a source file with one mutation. */
export const withMutation = (text: string, { start, end, code }: Mutation): string =>
  start === end ? text : new MagicString(text).overwrite(start, end, code === '' ? ' ' : code).toString();
