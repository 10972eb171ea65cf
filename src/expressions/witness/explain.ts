import type { Millis } from '../../domain/base/fault.ts';
import type { FactKind } from '../../domain/facts/facts.ts';
import type { Row, SignalRow, Snapshot } from '../../domain/facts/snapshot.ts';
import type { DeclaredEffect } from '../../domain/runbooks/operation.ts';
import type { FieldValue } from '../../kinds/define/fields.ts';
import { fieldOf, isKind, kindOf } from '../../kinds/registry/registry.ts';
import {
  familyOf,
  type Gone,
  type GoneRow,
  goneRows,
  instancesOf,
  isAnotherObject,
  isSilent,
  namesInside,
  partsOf,
} from './gone.ts';
import { isCalled, objectNames } from './object-names.ts';
import { hasStartedLater } from './unproven.ts';
import { isSameWhole, wholeOf } from './whole.ts';
import { isOfReplacedWorkload, ownerName } from './workload-process.ts';

/** The reading before the action and the one of now, and what the action does by its declaration. */
export interface Accounts {
  readonly before: Snapshot;
  readonly now: Snapshot;
  readonly effects: readonly DeclaredEffect[];
  /** All that was known before the action, also of kinds that were not read for the verification. */
  readonly known?: Snapshot;
  /** The end of the action, where it is known. */
  readonly actedAt?: Millis;
}

/** The kind of an effect on series. */
const seriesKind = 'signals';

const equals = (value: FieldValue | undefined, expected: string | number): boolean =>
  typeof value === 'object' ? value.includes(String(expected)) : String(value ?? '') === String(expected);

const matchesRow = (kind: FactKind, row: Row, where: DeclaredEffect['where']): boolean =>
  Object.entries(where).every(([name, expected]) =>
    equals(fieldOf(kind, name)?.of(row.fact, row.level), expected),
  );

const matches = (gone: Gone, { kind, where }: DeclaredEffect): boolean => {
  if (gone.is === 'row') return gone.kind === kind && matchesRow(gone.kind, gone.row, where);
  if (kind !== seriesKind) return false;
  const { id, source, labels } = gone.row;
  return Object.entries(where).every(([name, value]) =>
    equals({ ...labels, source, signal: id }[name], value),
  );
};

/** A row that is there and needs nothing more: all of its replicas or containers are ready. */
const isReady = (kind: FactKind, row: Row): boolean => {
  const of = (name: string): FieldValue | undefined => fieldOf(kind, name)?.of(row.fact, row.level);
  const ready = of('ready');
  const wantedFieldValue = of('wanted');
  const isWhole =
    ready === undefined ||
    wantedFieldValue === undefined ||
    (Number(ready) > 0 && Number(ready) >= Number(wantedFieldValue));
  return !row.stale && row.level === 'ok' && isWhole;
};

const rowsOf = (snapshot: Snapshot, kind: string): readonly Row[] =>
  isKind(kind) ? snapshot.kinds[kind].rows : [];

/** True for a row that says less than one in whose place it may be: a pod without the health check that the former one failed. */
const saysLess = (kind: FactKind, row: Row, former: readonly Row[]): boolean =>
  former.some((was) => kindOf(kind).noEvidence?.(was.fact, row.fact) !== undefined);

/** Rows of the effect's kind that are ready now. Without the fields by which an owner tells its objects apart. */
const readyRows = ({ before, now }: Accounts, { kind, where }: DeclaredEffect): readonly Row[] => {
  if (!isKind(kind)) return [];
  const { name: _, ...common } = where;
  const shared = 'owner' in where ? common : where;
  const here = new Set(rowsOf(now, kind).map(({ key }) => key));
  const former = rowsOf(before, kind).filter((row) => !here.has(row.key) && matchesRow(kind, row, where));
  return rowsOf(now, kind).filter(
    (row) => matchesRow(kind, row, shared) && isReady(kind, row) && !saysLess(kind, row, former),
  );
};

const hasReady = (accounts: Accounts, effect: DeclaredEffect, least: number): boolean =>
  readyRows(accounts, effect).length >= Math.max(least, effect.ready ?? 0);

/** True when as many new rows of the same family are ready as have gone. */
const hasSuccessors = (accounts: Accounts, effect: DeclaredEffect, gone: GoneRow): boolean => {
  const { kind } = gone;
  const family = familyOf(gone);
  const isOfFamily = (row: Row): boolean => familyOf({ is: 'row', kind, row }) === family;
  const left = goneRows(kind, accounts.before.kinds[kind], accounts.now.kinds[kind]).filter(
    (goneRow) => goneRow.is === 'row' && isOfFamily(goneRow.row) && matches(goneRow, effect),
  );
  const had = new Map(accounts.before.kinds[kind].rows.map((row) => [row.key, row]));
  const isSuccessor = (row: Row): boolean => {
    const was = had.get(row.key);
    return was === undefined || isAnotherObject(kind, was, row);
  };
  const come = accounts.now.kinds[kind].rows.filter(
    (row) =>
      isSuccessor(row) &&
      isOfFamily(row) &&
      isReady(kind, row) &&
      !saysLess(
        kind,
        row,
        left.map((goneRow) => goneRow.row),
      ),
  );
  return come.length >= left.length;
};

const explainsItself = (accounts: Accounts, effect: DeclaredEffect, gone: Gone): boolean => {
  if (!matches(gone, effect)) return false;
  if (effect.stays === true) return gone.is === 'row' && gone.isHere === true;
  if (effect.does === 'ends') return effect.ready === undefined || hasReady(accounts, effect, 0);
  if (gone.is === 'series') return false;
  return effect.ready === undefined ? hasSuccessors(accounts, effect, gone) : hasReady(accounts, effect, 1);
};

/** An object that an effect ends or replaces, by the names under which other rows know it. */
interface Struck {
  isNamed(value: string): boolean;
  /** True: it is gone or has stopped, so that what lived in it went with it. */
  readonly isOver: boolean;
}

const ownedPrefix = (where: DeclaredEffect['where']): string | undefined => {
  const owner = ownerName(where.owner);
  return owner === '' ? undefined : `${owner}-`;
};

/** The objects of an effect that no source lists: known only by the names in its declaration. */
const unlisted = ({ where }: DeclaredEffect): Struck => {
  const prefix = where.name === undefined ? ownedPrefix(where) : undefined;
  const names = [where.name, where.instance].flatMap((name) => (name === undefined ? [] : [String(name)]));
  return {
    isOver: true,
    isNamed: (value) =>
      names.some((name) => isCalled(value, name)) || (prefix !== undefined && value.startsWith(prefix)),
  };
};

const known = new WeakMap<Accounts, Map<DeclaredEffect, readonly Struck[]>>();

/** The objects that an effect ends or replaces. Found once for all that is gone. */
const struckBy = (accounts: Accounts, effect: DeclaredEffect): readonly Struck[] => {
  const found = known.get(accounts) ?? new Map<DeclaredEffect, readonly Struck[]>();
  known.set(accounts, found);
  const struck = found.get(effect) ?? findStruck(accounts, effect);
  found.set(effect, struck);
  return struck;
};

const findStruck = (accounts: Accounts, effect: DeclaredEffect): readonly Struck[] => {
  const { kind } = effect;
  if (!isKind(kind)) return [];
  const { before, known = before, now } = accounts;
  const listed = rowsOf(known, kind).filter((row) => matchesRow(kind, row, effect.where));
  if (listed.length === 0) return rowsOf(known, kind).length === 0 ? [unlisted(effect)] : [];
  const here = new Map(rowsOf(now, kind).map((row) => [row.key, row]));
  // Nothing is known to be gone from what cannot be read.
  const isBlind = now.kinds[kind].faults.length > 0 || now.kinds[kind].waiting > 0;
  return listed.map((row): Struck => {
    const is = here.get(row.key);
    const names = objectNames(kind, row);
    return {
      isNamed: (value) => names.some((name) => isCalled(value, name)),
      isOver:
        is === undefined || isAnotherObject(kind, row, is)
          ? !isBlind
          : Number(fieldOf(kind, 'ready')?.of(is.fact, is.level) ?? 1) === 0,
    };
  });
};

/** The rows, or series, of its kind that are there in a reading and can be judged. */
const likeIn = (gone: Gone, snapshot: Snapshot): readonly Gone[] =>
  gone.is === 'series'
    ? snapshot.signals.flatMap((row): readonly Gone[] =>
        row.id === gone.row.id && row.value !== undefined && !row.stale
          ? [{ is: 'series', row }, ...partsOf(row)]
          : [],
      )
    : snapshot.kinds[gone.kind].rows.flatMap((row) =>
        row.stale ? [] : [{ is: 'row', kind: gone.kind, row }],
      );

/** Whether something lives in an object of an effect that is ready now; where none is listed, any does. */
const inReadyObjects = (accounts: Accounts, effect: DeclaredEffect): ((gone: Gone) => boolean) => {
  const { kind } = effect;
  if (rowsOf(accounts.now, kind).length === 0 || !isKind(kind)) return () => true;
  const names = readyRows(accounts, effect).flatMap((row) => objectNames(kind, row));
  return (gone) => instancesOf(gone).some((value) => names.some((name) => isCalled(value, name)));
};

/**
 * True when what is gone lived in an object that the action ends or replaces. Of a replaced one there must be a successor: as many
 * new ones as have gone, or one in every object that is ready.
 */
const explainsInside = (accounts: Accounts, effect: DeclaredEffect, gone: Gone): boolean => {
  if (effect.stays === true || (gone.is === 'row' ? gone.kind : seriesKind) === effect.kind) return false;
  const objects = struckBy(accounts, effect);
  const livesIn = (givenGone: Gone): boolean =>
    objects.some(({ isNamed, isOver }) => isOver && instancesOf(givenGone).some(isNamed));
  if (!livesIn(gone)) return false;
  if (effect.does === 'ends') return effect.ready === undefined || hasReady(accounts, effect, 0);
  const inside = namesInside(gone, (value) => objects.some(({ isNamed }) => isNamed(value)));
  const family = familyOf(gone, inside);
  const isFamily = (givenGone: Gone): boolean => familyOf(givenGone, inside) === family;
  const [then, now] = [accounts.before, accounts.now].map((snapshot) =>
    likeIn(gone, snapshot).filter(isFamily),
  );
  const had = new Set(then?.map(({ row }) => row.key));
  const isSuccessor = inReadyObjects(accounts, effect);
  const here = new Set(now?.map(({ row }) => row.key));
  const inReady = new Set(now?.filter(isSuccessor).map(({ row }) => row.key));
  const left = then?.filter((thenGone) => livesIn(thenGone) && !here.has(thenGone.row.key)).length ?? 0;
  const come = [...inReady].filter((key) => !had.has(key)).length;
  return come >= left || (effect.ready !== undefined && inReady.size >= Math.max(1, effect.ready));
};

/**
 * Returns whether what is gone lived in an object that the action replaces, and objects in its place are ready without it. They may show it
 * once they are old enough: a trend of the last minutes.
 */
export const isAwaited = (gone: Gone, accounts: Accounts): boolean =>
  accounts.effects.some(
    (effect) =>
      effect.does === 'replaces' &&
      effect.stays !== true &&
      (gone.is === 'row' ? gone.kind : seriesKind) !== effect.kind &&
      hasReady(accounts, effect, 1) &&
      struckBy(accounts, effect).some(({ isNamed, isOver }) => isOver && instancesOf(gone).some(isNamed)),
  );

/** The aggregated series that one was a part of, before the action and now. */
const aggregatesOf = (
  { before, now }: Accounts,
  { partOf }: Extract<Gone, { is: 'series' }>,
): readonly (SignalRow | undefined)[] =>
  [before, now].map(({ signals }) => signals.find(({ key }) => key === partOf));

/** True for a part of counted log lines where no stream writes any more: a process that replaced another one may hang. */
const isPartOfSilence = (accounts: Accounts, gone: Gone): boolean => {
  if (gone.is === 'row') return false;
  const [was, is] = aggregatesOf(accounts, gone);
  return was !== undefined && is !== undefined && isSilent(was, is, accounts.actedAt);
};

/** 'orders orders-1:8080': the process that a part of a value comes from, as the source names it. */
const targetOf = ({ job = '', instance = '' }: SignalRow['labels']): string => `${job} ${instance}`.trim();

/** The processes of a job among targets. */
const ofJob = (targets: Readonly<Record<string, unknown>>, job: string): number =>
  Object.keys(targets).filter((target) => target.startsWith(`${job} `)).length;

/** True for a workload that an effect of the action replaces. */
const isReplacedRow = ({ effects }: Accounts, row: Row): boolean =>
  effects.some(
    ({ does, kind, where }) =>
      does === 'replaces' && kind === 'workloads' && matchesRow('workloads', row, where),
  );

/**
 * True when a part of a value came from a process that the action replaces, and the new process answers. It may never tell that part:
 * many are only told once they are counted. Its window has to pass all the same.
 */
const explainsPart = (accounts: Accounts, effect: DeclaredEffect, gone: Gone): boolean => {
  if (gone.is === 'row' || gone.partOf === undefined || effect.does !== 'replaces') return false;
  const [was, is] = aggregatesOf(accounts, gone).map((row) => row?.computed);
  if (was === undefined || is === undefined) return false;
  const target = targetOf(gone.row.labels);
  const isStruck =
    effect.kind === seriesKind
      ? matches(gone, effect)
      : struckBy(accounts, effect).some(({ isNamed }) => instancesOf(gone).some(isNamed)) ||
        isOfReplacedWorkload(effect, {
          ...{ labels: gone.row.labels, start: was.targets[target] },
          known: (accounts.known ?? accounts.before).kinds.workloads.rows,
          isReplaced: (row) => isReplacedRow(accounts, row),
        });
  if (!isStruck) return false;
  const start = is.targets[target];
  if (start !== undefined) return hasStartedLater(was.targets[target], start);
  const { job = '' } = gone.row.labels;
  return ofJob(is.targets, job) >= ofJob(was.targets, job);
};

/**
 * True when a row was a part of an object that is ready with all of its parts, or that an effect ends or replaces: a source need not list
 * the containers of a pod that has no problem.
 */
const isAccountedByWhole = (gone: Gone, accounts: Accounts): boolean => {
  if (gone.is !== 'row') return false;
  const { kind } = gone;
  const whole = wholeOf(gone, accounts.before);
  if (whole === undefined) return false;
  const now = rowsOf(accounts.now, kind).find(({ key }) => key === whole.key);
  if (now !== undefined && isSameWhole(kind, whole, now)) return isReady(kind, now);
  return accounts.effects.some((effect) => explainsItself(accounts, effect, { is: 'row', kind, row: whole }));
};

/** True for an object that the action switches off, or reduces: it ends the object, or what belongs to it. */
const isSwitchedOffBy = (gone: Gone, { does, kind, where, stays }: DeclaredEffect): boolean => {
  if (stays === true || gone.is !== 'row' || does !== 'ends' || gone.kind !== kind) return false;
  if (gone.isOff !== true && gone.isHere !== true) return false;
  const { owner, name: _, kind: __, ...place } = where;
  const name = fieldOf(kind, 'name')?.of(gone.row.fact, gone.row.level);
  return owner !== undefined && ownerName(owner) === name && matchesRow(gone.kind, gone.row, place);
};

/** Returns whether a declared effect of the action, or the object that it was a part of, explains that a row or a series is gone. */
export const isExplained = (gone: Gone, accounts: Accounts): boolean =>
  isAccountedByWhole(gone, accounts) ||
  accounts.effects.some(
    (effect) =>
      explainsItself(accounts, effect, gone) ||
      isSwitchedOffBy(gone, effect) ||
      ((effect.does === 'ends' || !isPartOfSilence(accounts, gone)) &&
        (explainsInside(accounts, effect, gone) || explainsPart(accounts, effect, gone))),
  );

/** Returns whether the action ends such a row by its declaration, wherever it is now. */
export const isEndedBy = (gone: GoneRow, effects: readonly DeclaredEffect[]): boolean =>
  effects.some(
    (effect) =>
      effect.does === 'ends' && effect.stays !== true && effect.ready === undefined && matches(gone, effect),
  );

/** Returns whether the action replaces such a row by its declaration, as a restart does. */
export const isReplacedBy = (kind: FactKind, row: Row, effects: readonly DeclaredEffect[]): boolean =>
  effects.some(
    (effect) => effect.does === 'replaces' && effect.kind === kind && matchesRow(kind, row, effect.where),
  );
