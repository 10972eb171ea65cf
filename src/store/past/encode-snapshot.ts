import { defined } from '../../domain/base/defined.ts';
import type { AnyFact, FactKind, FactTypes, Note, Sample } from '../../domain/facts/facts.ts';
import type { FeedState } from '../../domain/facts/reading.ts';
import { signalKey } from '../../domain/facts/snapshot.ts';
import { levelOf } from '../../kinds/registry/registry.ts';
import { feedsOfSignals, signalKeys } from '../derived-signals.ts';
import type { FactsState } from '../facts.ts';
import { isFactKind, keyedFacts } from '../keyed-facts.ts';
import {
  type DocMask,
  derivedPart,
  encodeRow,
  feedPart,
  headRow,
  infoRow,
  itemMark,
  maskedText,
  type OmittedRows,
  type SnapshotDoc,
  sampleMark,
  sincePart,
  sourcesPart,
  verdictsPart,
} from './snapshot-doc.ts';

/** Maximum rows of a reading that is kept in full; of a larger one, OK rows are omitted. */
const rowsKept = 1000;
/** Maximum rows that are not OK kept of such a larger reading. */
const worstKept = 2000;
/** Rows encoded between two yields (about 300 µs), so that keys and frames stay responsive. */
const sliceRows = 250;

/** Rows only scanned between two yields. */
const scannedRows = 500;

/** Caches the JSON of objects that are unchanged between snapshots. */
const texts = new WeakMap<object, string>();
const lasting = (row: object, mask: DocMask): string => {
  const had = texts.get(row);
  if (had !== undefined) return had;
  const text = maskedText(encodeRow(row), mask);
  texts.set(row, text);
  return text;
};

interface Entry {
  readonly key: string;
  readonly fact: AnyFact | Note | Sample;
}

const itemsOf = ({ feed, known }: FeedState): readonly Entry[] => {
  if (known === undefined) return [];
  return isFactKind(feed.kind)
    ? keyedFacts(feed.kind, known)
    : known.items.map((fact, index) => ({ key: String(index), fact }));
};

const samplesOf = ({ known }: FeedState): readonly Entry[] => {
  const times = new Map<string, number>();
  return (known?.samples ?? []).map((fact) => {
    const key = signalKey(fact.signal, fact.labels);
    const time = (times.get(key) ?? 0) + 1;
    times.set(key, time);
    return { key: time === 1 ? key : `${key}#${time}`, fact };
  });
};

/**
 * Selects the rows to keep of a large reading and counts the others. `isOk` classifies a row; `onOmit`
 * receives the key of each omitted row.
 */
function* chosen(
  entries: readonly Entry[],
  isOk: (entry: Entry) => boolean,
  onOmit: (key: string) => void = () => {},
): Generator<void, { readonly kept: readonly Entry[]; readonly unkept: OmittedRows }> {
  if (entries.length <= rowsKept) return { kept: entries, unkept: { ok: 0, other: 0 } };
  const kept: Entry[] = [];
  let ok = 0;
  let other = 0;
  for (const [index, entry] of entries.entries()) {
    if (index % scannedRows === 0) yield;
    const isEntryOk = isOk(entry);
    if (!isEntryOk && kept.length < worstKept) {
      kept.push(entry);
      continue;
    }
    onOmit(entry.key);
    if (isEntryOk) ok++;
    else other++;
  }
  return { kept, unkept: { ok, other } };
}

function* written(
  into: Map<string, string>,
  mark: string,
  entries: readonly Entry[],
  stamp: number | undefined,
  mask: DocMask,
): Generator<void, void> {
  for (const [index, { key, fact }] of entries.entries()) {
    if (index % sliceRows === sliceRows - 1) yield;
    into.set(mark + mask(key), maskedText(encodeRow(fact, stamp), mask));
  }
}

/** Secret mask of a snapshot, and what was omitted from readings that are too large: row keys and feeds. */
interface Cut {
  readonly mask: DocMask;
  readonly keys: Set<string>;
  readonly feeds: FeedState[];
}

function* feedRows(feedState: FeedState, state: FactsState, cut: Cut): Generator<void, Map<string, string>> {
  const { feed, known, ...rest } = feedState;
  const { limits } = state.frame;
  const isOk = ({ fact }: Entry): boolean => {
    const kind = feed.kind;
    // The rows of a feed have the kind that it declares.
    return isFactKind(kind) && levelOf<FactKind>(kind, fact as FactTypes[FactKind], limits) === 'ok';
  };
  const items = yield* chosen(itemsOf(feedState), isOk, (key) => cut.keys.add(key));
  const samples = yield* chosen(samplesOf(feedState), ({ key }) => state.verdicts[key]?.level === 'ok');
  const unkept = {
    ok: items.unkept.ok + samples.unkept.ok,
    other: items.unkept.other + samples.unkept.other,
  };
  const isCut = unkept.ok + unkept.other > 0;
  if (isCut) cut.feeds.push(feedState);
  const stamp = (items.kept[0] ?? samples.kept[0])?.fact.at;
  const head = {
    ...rest,
    ...(known === undefined ? {} : { began: known.began, known: known.at }),
    ...defined({ stamp }),
    ...(isCut ? { unkept } : {}),
  };
  const rows = new Map([
    [infoRow, lasting(feed, cut.mask)],
    [headRow, maskedText(encodeRow(head), cut.mask)],
  ]);
  yield* written(rows, itemMark, items.kept, stamp, cut.mask);
  yield* written(rows, sampleMark, samples.kept, stamp, cut.mask);
  return rows;
}

function* lastingRows(
  record: Readonly<Record<string, object>>,
  mask: DocMask,
  without: ReadonlySet<string> = new Set(),
): Generator<void, Map<string, string>> {
  const rows = new Map<string, string>();
  for (const [index, key] of Object.keys(record).entries()) {
    if (index % scannedRows === scannedRows - 1) yield;
    const row = record[key];
    if (row !== undefined && !without.has(key)) rows.set(mask(key), lasting(row, mask));
  }
  return rows;
}

/** Returns values derived from rows that were omitted, because they cannot be computed again. */
const derivedRows = (state: FactsState, { feeds, mask }: Cut): Map<string, string> => {
  const into = feedsOfSignals(state.frame);
  const rows = new Map<string, string>();
  for (const spec of state.frame.signals) {
    if (spec.derived === undefined || !feeds.some(({ feed }) => into(feed, spec))) continue;
    const keys = signalKeys(spec.id, state.verdicts);
    const values = keys.map((key) => ({ key: mask(key), ...state.history[key]?.at(-1) }));
    rows.set(spec.id, JSON.stringify(values));
  }
  return rows;
};

/**
 * Encodes the facts of one time as a snapshot without secrets. Yields every few hundred rows, so that the
 * caller can run other work in between; the state does not change meanwhile.
 */
export function* encodeSnapshot(
  state: FactsState,
  mask: DocMask = (text) => text,
): Generator<void, SnapshotDoc> {
  const cut: Cut = { mask, keys: new Set(), feeds: [] };
  const doc = new Map<string, Map<string, string>>();
  doc.set(sourcesPart, yield* lastingRows(state.frame.sources, mask));
  for (const [id, feedState] of Object.entries(state.feeds)) {
    doc.set(feedPart(id), yield* feedRows(feedState, state, cut));
    yield;
  }
  doc.set(verdictsPart, yield* lastingRows(state.verdicts, mask));
  doc.set(sincePart, yield* lastingRows(state.since, mask, cut.keys));
  if (cut.feeds.length > 0) doc.set(derivedPart, derivedRows(state, cut));
  return doc;
}
