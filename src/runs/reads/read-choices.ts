import type { Snapshot } from '../../domain/facts/snapshot.ts';
import { type OperationResult, PlanError, splitUse } from '../../domain/runbooks/operation.ts';
import type { ChoiceReading, ParamSpec, ParamValues, Runbook } from '../../domain/runbooks/runbook.ts';
import type { AvailableChoices, ParamChoices } from '../../expressions/choices.ts';
import { secretMasker } from '../../platform/masking/secrets.ts';
import { toFault } from '../../platform/network/to-fault.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import type { Feed } from '../../sources/kit/contract/source.ts';
import { referencedParams } from '../runbooks/binding/bind.ts';
import { checkParams, type ParamInputs } from '../runbooks/params.ts';
import { withDeadline } from './read-deadline.ts';
import { openReadSession, type ReadSessionParts } from './read-session.ts';

/** Choices read from a source, by parameter. They are valid for the values that they were read with. */
export type ReadChoices = Readonly<Record<string, ParamChoices>>;

type ResultRow = NonNullable<OperationResult['rows']>[number];

const cellText = (row: ResultRow, column: string): string => {
  const value = row[column];
  return value === undefined || value === null ? '' : secretMasker.outgoing(String(value));
};

const isOffered = (row: ResultRow, { only = {} }: ChoiceReading): boolean =>
  Object.entries(only).every(([column, expected]) => row[column] === expected);

const noteOf = (row: ResultRow, { note = [] }: ChoiceReading): string =>
  note
    .map((column) => cellText(row, column))
    .filter((text) => text !== '')
    .join(' · ');

/** The rows of a result as choices, in their order. Rows that cannot be chosen are listed apart. */
const choicesOfRows = (rows: readonly ResultRow[], reading: ChoiceReading): AvailableChoices => {
  const of = (some: readonly ResultRow[]) =>
    some.map((row) => ({ value: cellText(row, reading.value), about: noteOf(row, reading), row }));
  const offered = of(rows.filter((row) => isOffered(row, reading)));
  const excluded = of(rows.filter((row) => !isOffered(row, reading)));
  const made = offered.flatMap(({ value, row }): (readonly [string, number])[] => {
    const time = reading.made === undefined ? Number.NaN : Date.parse(cellText(row, reading.made));
    return Number.isNaN(time) ? [] : [[value, time]];
  });
  return {
    choices: [...new Set(offered.map(({ value }) => value))],
    about: Object.fromEntries(offered.map(({ value, about }) => [value, about])),
    ...(made.length === 0 ? {} : { made: Object.fromEntries(made) }),
    ...(excluded.length === 0 ? {} : { excluded: excluded.map(({ value, about }) => ({ value, about })) }),
  };
};

type ReadParts = ReadSessionParts & { readonly clock: Clock };

/** The fields of a fact that a choice can be made of. */
const scalarsOf = (fact: object): ResultRow =>
  Object.fromEntries(
    Object.entries(fact).filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value)),
  );

/** Reads feeds once; the rows are their facts. Throws the first fault if there is nothing to choose. */
const rowsOfFeeds = async (
  feeds: readonly Feed[],
  { engine }: ReadParts,
  signal: AbortSignal,
): Promise<OperationResult> => {
  await engine.readNow(
    feeds.map(({ id }) => id),
    signal,
  );
  const states = feeds.flatMap(({ id }) => engine.facts.getState().feeds[id] ?? []);
  const rows = states.flatMap(({ known }) => (known?.items ?? []).map(scalarsOf));
  const [fault] = states.flatMap(({ faults }) => faults);
  if (rows.length === 0 && fault !== undefined) throw new WireError(fault.kind, fault.message);
  return { rows };
};

const resultOf = async (
  reading: ChoiceReading,
  params: ParamValues,
  parts: ReadParts,
  signal: AbortSignal,
): Promise<OperationResult | undefined> => {
  const { source, name } = splitUse(reading.use);
  await parts.engine.reach(signal, source);
  const feeds = parts.engine.feeds.filter((feed) => feed.source === source && feed.name === name);
  if (feeds.length > 0) return rowsOfFeeds(feeds, parts, signal);
  const session = openReadSession({ use: reading.use, with: reading.with ?? {} }, params, parts);
  try {
    let result: OperationResult | undefined;
    for await (const event of session.ask(signal)) {
      if (event.is === 'found') result = event.found;
      if (event.is === 'answered' && !event.ok) throw new PlanError('failed', event.status);
    }
    return result;
  } finally {
    await session.close();
  }
};

/** Reads the choices of a parameter from its source. Never rejects: a failed reading is a problem. */
const readChoices = async (
  reading: ChoiceReading,
  params: ParamValues,
  parts: ReadParts,
  signal: AbortSignal,
): Promise<ParamChoices> => {
  const { source, name } = splitUse(reading.use);
  try {
    const result = await withDeadline((stop) => resultOf(reading, params, parts, stop), parts.clock, signal);
    return result?.rows === undefined
      ? { problem: `unavailable: ${reading.use} returned no rows, so there is nothing to choose` }
      : choicesOfRows(result.rows, reading);
  } catch (error) {
    const why =
      error instanceof PlanError ? error.message : toFault(source, name, error, parts.clock.now()).message;
    return { problem: `unavailable: ${why}` };
  }
};

/** Drops the choices that were read with another value of a parameter. */
export const withoutChoicesOf = (known: ReadChoices, { params }: Runbook, changed: string): ReadChoices =>
  Object.fromEntries(
    Object.entries(known).filter(([name]) => {
      const spec = params.find((param) => param.name === name);
      return !referencedParams(spec?.read?.with).includes(changed);
    }),
  );

/** The first parameter that cannot be checked, because its choices have not been read. */
const unreadParam = (
  runbook: Runbook,
  inputs: ParamInputs,
  snapshot: Snapshot,
  known: ReadChoices,
): { readonly spec: ParamSpec; readonly values: ParamValues } | undefined => {
  const checked = checkParams(runbook, inputs, snapshot, known);
  if (checked.ok) return undefined;
  const [problem] = checked.problems;
  const spec = runbook.params.find(({ name }) => name === problem?.name);
  return spec?.read === undefined || known[spec.name] !== undefined
    ? undefined
    : { spec, values: checked.values };
};

/**
 * Reads the choices that are needed to check the inputs, one parameter after the other. `reading`: called before each
 * read. Resolves with all known choices.
 */
export const readMissingChoices = async (
  runbook: Runbook,
  inputs: ParamInputs,
  known: ReadChoices,
  parts: ReadParts,
  signal: AbortSignal,
  reading: (spec: ParamSpec) => void = () => {},
): Promise<ReadChoices> => {
  let all = known;
  for (;;) {
    const unread = unreadParam(runbook, inputs, parts.engine.snapshot(), all);
    if (unread?.spec.read === undefined || signal.aborted) return all;
    reading(unread.spec);
    const choices = await readChoices(unread.spec.read, unread.values, parts, signal);
    all = { ...all, [unread.spec.name]: choices };
  }
};
