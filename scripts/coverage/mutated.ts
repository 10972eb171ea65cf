import { readFile, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { type CatalogueRow, classedRows, type RowCatalogue } from './catalogue.ts';
import { executedOnlyReasons } from './executed-only.ts';
import { isManual, serving } from './judge.ts';
import type { Touch } from './touch.ts';

const zFate = z.enum(['killed', 'survived', 'untried']);

const zTried = z.strictObject({
  /** 'signal sla', 'breakers-open a5'. */
  entry: z.string(),
  how: z.string(),
  fate: zFate,
});

/** One mutation of an entry, and the results of the exercises. */
export type Tried = z.infer<typeof zTried>;

/** Mutation results of a system. */
export const zTriedAll = z.strictObject({ tried: z.array(zTried) });

/** Proven entries: all mutations that could be tried were detected, and at least one was tried. */
export const provenEntries = (tried: readonly Tried[]): readonly string[] => {
  const entries = [...new Set(tried.map(({ entry }) => entry))];
  return entries.filter((entry) => {
    const fates = tried.filter((item) => item.entry === entry).map(({ fate }) => fate);
    return fates.includes('killed') && !fates.includes('survived');
  });
};

/**
 * True if an entry that covers a row is proven. If a signal with limits covers the row, that signal must be proven; merely
 * showing the value is not enough.
 */
const isProven = (
  by: readonly Touch[],
  proven: ReadonlySet<string>,
  limited: ReadonlySet<string>,
): boolean => {
  const judging = by.filter((touch) => limited.has(touch.by));
  return (judging.length === 0 ? by : judging).some((touch) => proven.has(touch.by));
};

const zIds = z.array(z.string());
const zSystem = z.strictObject({
  /** Number of rows that the program must cover, without manual rows. */
  asked: z.number(),
  executed: z.number(),
  effect: z.number(),
  mutations: z.strictObject({ killed: z.number(), survived: z.number(), untried: z.number() }),
  rows: z.strictObject({ effect: zIds, executedOnly: zIds, missing: zIds, ticked: zIds, unticked: zIds }),
  proven: zIds,
  surviving: zIds,
  untried: zIds,
});

/** Coverage of a system: by execution, and by effect. */
export type SystemMutation = z.infer<typeof zSystem>;

const idsOf = (rows: readonly CatalogueRow[]): string[] => rows.map(({ id }) => id);

const wordsOf = (tried: readonly Tried[], fate: Tried['fate']): string[] =>
  tried.filter((entry) => entry.fate === fate).map(({ entry, how }) => `${entry}: ${how}`);

/** Counts the rows of a system. A row is covered by effect if one of its entries is proven. */
export const mutationOf = (
  catalogue: RowCatalogue,
  system: string,
  touches: readonly Touch[],
  tried: readonly Tried[],
): SystemMutation => {
  const proven = new Set(provenEntries(tried));
  const rows = classedRows(catalogue, system).map((row) => ({ row, by: serving(row, touches) }));
  const askedRows = rows.filter(({ row }) => !isManual(row));
  const manual = rows.filter(({ row }) => isManual(row));
  const executed = askedRows.filter(({ by }) => by.length > 0);
  const limited = new Set(tried.filter(({ how }) => how.startsWith('limits')).map(({ entry }) => entry));
  const hasEffect = ({ by }: (typeof rows)[number]): boolean => isProven(by, proven, limited);
  const of = (some: typeof rows): string[] => idsOf(some.map(({ row }) => row));
  const count = (fate: Tried['fate']): number => tried.filter((entry) => entry.fate === fate).length;
  return {
    asked: askedRows.length,
    executed: executed.length,
    effect: executed.filter(hasEffect).length,
    mutations: { killed: count('killed'), survived: count('survived'), untried: count('untried') },
    rows: {
      effect: of(executed.filter(hasEffect)),
      executedOnly: of(executed.filter((entry) => !hasEffect(entry))),
      missing: of(askedRows.filter(({ by }) => by.length === 0)),
      ticked: of(manual.filter(({ by }) => by.length > 0)),
      unticked: of(manual.filter(({ by }) => by.length === 0)),
    },
    proven: [...proven],
    surviving: wordsOf(tried, 'survived'),
    untried: wordsOf(tried, 'untried'),
  };
};

const named = (what: string, words: readonly string[]): readonly string[] =>
  words.length === 0 ? [] : [`  ${what} (${words.length}): ${words.join(', ')}`];

const withReason = (id: string): string => {
  const reason = executedOnlyReasons[id];
  return reason === undefined ? id : `${id} (${reason})`;
};

/** Both figures of each system, and the rows and entries behind them. */
export const mutationLines = (all: Readonly<Record<string, SystemMutation>>): readonly string[] =>
  Object.entries(all).flatMap(
    ([system, { asked, executed, effect, mutations, rows, surviving, untried }]) => [
      `${system}: ${executed} of ${asked} rows executed, ${effect} by effect; ${rows.ticked.length} of ${rows.ticked.length + rows.unticked.length} manual rows ticked`,
      `  mutations: ${mutations.killed} killed, ${mutations.survived} survived, ${mutations.untried} untried`,
      ...named('executed only', rows.executedOnly.map(withReason)),
      ...named('missing', rows.missing),
      ...named('not ticked', rows.unticked),
      ...(surviving.length === 0 ? [] : ['  surviving:', ...surviving.map((text) => `    ${text}`)]),
      ...(untried.length === 0 ? [] : ['  untried:', ...untried.map((text) => `    ${text}`)]),
    ],
  );

const path = new URL('../../docs/coverage-mutation.json', import.meta.url);

/** `docs/coverage-mutation.json`: results of the last full mutation run. */
export const readMutations = async (): Promise<Readonly<Record<string, SystemMutation>>> => {
  const text = await readFile(path, 'utf8').catch(() => '{}');
  return z.record(z.string(), zSystem).parse(JSON.parse(text));
};

export const writeMutations = (all: Readonly<Record<string, SystemMutation>>): Promise<void> =>
  writeFile(path, `${JSON.stringify(all, null, 1)}\n`);
