import { justifyLine, lineWidth, type StyledLine, withoutEndBlanks } from '../text/line.ts';
import type { TextPen } from '../text/pen.ts';
import { type Card, type CardLine, type CardRule, cardHeading, cardInnerWidth, keyHints } from './card.ts';

interface Sheet {
  readonly columns: number;
  readonly pen: TextPen;
}

/** One entry of a zone, in one or more rows. */
export interface CardEntry {
  readonly rows: readonly StyledLine[];
  /** True: it is never hidden, because a decision needs it. */
  readonly isKept?: boolean;
}

/** A part of a card under its own heading. */
export interface CardZone {
  readonly title: string;
  /** Dim text at the right end of its rule. */
  readonly note?: string;
  /** Without room, the last ones are hidden, and the rule counts them. */
  readonly entries: readonly CardEntry[];
  /** The number of entries that it leaves out itself until `tab`; the rule counts them, too. Absent: none. */
  readonly leftOut?: number;
}

/** The zones of a card as rows, and the number of entries that `tab` shows. */
export interface PlacedZones {
  readonly lines: readonly CardLine[];
  readonly hidden: number;
}

const rowsOf = (entries: readonly CardEntry[]): number =>
  entries.reduce((sum, { rows }) => sum + rows.length, 0);

/** The rule above a zone. */
export const zoneRule = (pen: TextPen, title: string, note = ''): CardRule => ({
  rule: 'zone',
  title: title === '' ? [] : [pen.run(title, 'bold')],
  note: note === '' ? [] : [pen.run(note, 'faint')],
});

/** The rule above the keys that answer a card. */
const decisionRule: CardRule = { rule: 'decision', title: [], note: [] };

/** The entries that are shown in `room` rows: those that are never hidden, then the next of each zone in turn. */
const shownEntries = (zones: readonly CardZone[], room: number): ReadonlySet<CardEntry> => {
  const shown = new Set(
    zones.flatMap(({ entries }) => entries.filter(({ isKept }, index) => index === 0 || isKept === true)),
  );
  const waiting = zones.map(({ entries }) => entries.filter((entry) => !shown.has(entry)));
  let left = room - zones.length - rowsOf([...shown]);
  for (let grows = true; grows; ) {
    grows = false;
    for (const entries of waiting) {
      const [next] = entries;
      if (next === undefined || next.rows.length > left) continue;
      entries.shift();
      shown.add(next);
      left -= next.rows.length;
      grows = true;
    }
  }
  return shown;
};

/** The note of a rule with the count of hidden entries; the count alone where both have no room. */
const noteWithCount = ({ pen, columns }: Sheet, { title, note = '' }: CardZone, hidden: number): string => {
  const most = cardInnerWidth({ columns }) - lineWidth([pen.run(title)]) - 8;
  const count = hidden === 0 ? '' : `${hidden} more · tab`;
  const both = [note, count].filter((part) => part !== '').join(' · ');
  if (lineWidth([pen.run(both)]) <= most) return both;
  return count === '' ? pen.cut(note, most) : count;
};

/** The rows of an entry in one, its columns closer together. */
const inOneRow = (pen: TextPen, { rows }: CardEntry): StyledLine =>
  rows.flatMap((row, index) => [
    ...(index === 0 ? [] : [pen.run(' ')]),
    ...withoutEndBlanks(row).map((run) => ({ ...run, text: run.text.replaceAll(/ {3,}/g, '  ') })),
  ]);

/** A zone with a single entry, which stands in the rule: '╟─ Undo  ✗ none  this run cannot be undone ─╢'. */
const inRule = (pen: TextPen, title: string, entry: CardEntry, note: string): CardRule => ({
  rule: 'zone',
  title: [pen.run(title, 'bold'), pen.run('  '), ...inOneRow(pen, entry)],
  note: note === '' ? [] : [pen.run(note, 'faint')],
});

/**
 * Places zones in few rows, for a card that otherwise scrolls away from its last ones: each with its first entry and those that are
 * never hidden, one with a single entry in its rule.
 */
export const placeZonesBriefly = (view: Sheet, zones: readonly CardZone[]): PlacedZones => {
  const filled = zones.filter(({ entries }) => rowsOf(entries) > 0);
  const shown = shownEntries(filled, 0);
  const placed = filled.map((zone) => {
    const entries = zone.entries.filter((entry) => shown.has(entry));
    const hidden = zone.entries.length - entries.length + (zone.leftOut ?? 0);
    return { zone, entries, hidden };
  });
  return {
    lines: placed.flatMap(({ zone, entries, hidden }): readonly CardLine[] => {
      const [entry] = entries;
      return entry !== undefined && entries.length === 1
        ? [inRule(view.pen, zone.title, entry, hidden === 0 ? '' : `${hidden} more · tab`)]
        : [
            zoneRule(view.pen, zone.title, noteWithCount(view, zone, hidden)),
            ...entries.flatMap(({ rows }) => rows),
          ];
    }),
    hidden: placed.reduce((sum, { hidden }) => sum + hidden, 0),
  };
};

/**
 * Places zones in `room` rows. When not all fits, each shows its first entries and counts the others; `all` shows all of them,
 * and the card scrolls. With room to spare a blank row ends each zone.
 */
export const placeZones = (
  view: Sheet,
  zones: readonly CardZone[],
  room: number,
  all: boolean,
): PlacedZones => {
  const filled = zones.filter(({ entries }) => rowsOf(entries) > 0);
  const full = filled.reduce((sum, { entries }) => sum + 1 + rowsOf(entries), 0);
  const isRoomy = full + filled.length <= room;
  const shown = all || full <= room ? undefined : shownEntries(filled, room);
  const placed = filled.map((zone) => {
    const entries = zone.entries.filter((entry) => shown?.has(entry) ?? true);
    return { zone, entries, hidden: zone.entries.length - entries.length + (zone.leftOut ?? 0) };
  });
  return {
    lines: placed.flatMap(({ zone, entries, hidden }): readonly CardLine[] => [
      zoneRule(view.pen, zone.title, noteWithCount(view, zone, hidden)),
      ...entries.flatMap(({ rows }) => rows),
      ...(isRoomy ? [[]] : []),
    ]),
    hidden: placed.reduce((sum, { hidden }) => sum + hidden, 0),
  };
};

/** Blanks between the keys of a card that stand in a row of their own. */
const keyGap = '   ';

/** Keys of a card in a row of their own. */
export const decisionHints = (pen: TextPen, hints: readonly string[]): StyledLine =>
  hints.flatMap((hint, index) => [...(index === 0 ? [] : [pen.run(keyGap)]), ...keyHints(pen, hint)]);

/**
 * The row of keys that answers a card: the answer at the left, the other keys at the right. Without room the first of the others
 * give way; they work all the same.
 */
export const decisionRow = (view: Sheet, answer: StyledLine, others: readonly string[]): StyledLine => {
  const { pen } = view;
  const room = cardInnerWidth(view) - lineWidth(answer) - (answer.length === 0 ? 0 : keyGap.length);
  const fits = (hints: readonly string[]): boolean => lineWidth(decisionHints(pen, hints)) <= room;
  const from = others.findIndex((_, index) => fits(others.slice(index)));
  const shown = from === -1 ? others.slice(-1) : others.slice(from);
  return justifyLine(answer, decisionHints(pen, shown), cardInnerWidth(view), 'plain', pen.ellipsis);
};

/** A card whose keys are inside, below a rule; see `zonedCard`. */
interface ZonedCard extends Pick<Card, 'edge' | 'frame' | 'scroll'> {
  readonly title: StyledLine;
  /** At the right end of the title. */
  readonly right?: StyledLine;
  /** Rows below the title that never scroll. */
  readonly head?: readonly CardLine[];
  readonly body: readonly CardLine[];
  /** The rule above the keys; default that of a decision. */
  readonly rule?: CardRule;
  /** Keys, and what belongs to them: they never scroll. */
  readonly foot: readonly StyledLine[];
}

/** The rows of a card besides its body: its title, its head, the rule above its keys, its keys and its bottom. */
export const rowsBesideBody = (head: readonly CardLine[], foot: readonly StyledLine[]): number =>
  head.length + foot.length + 3;

/** Builds a card of zones: title, head, body, a rule and the keys. */
export const zonedCard = (
  view: Sheet,
  { title, right = [], head = [], body, rule = decisionRule, foot, ...card }: ZonedCard,
): Card => ({
  ...card,
  head: 1 + head.length,
  foot: 1 + foot.length,
  isClosed: true,
  lines: [cardHeading(view, title, right), ...head, ...body, rule, ...foot],
});
