import type { Millis } from '../../../../domain/fault.ts';
import { type Chip, chipKey, patternOfWords } from '../../../../logs/format/chip.ts';
import type { Binding, Hand, TextField } from '../../../panes/pane.ts';
import { changeLook, noStream } from '../cursor.ts';
import type { LogAsked } from '../look.ts';
import { headOf } from '../ring-row.ts';
import { bookmarks } from '../rows.ts';
import { momentWords, parseSpan, parseWhen, type Span } from '../times.ts';
import { beginAsking, goToHit, preview, soughtAgain, wrongPattern } from './preview.ts';
import { goToLine } from './walk.ts';

const close = ({ model }: Hand): void => model.setState(({ logs: { asking: _, ...logs } }) => ({ logs }));

const complain = (hand: Hand, complaint: string): void => {
  const { asking } = hand.view.ui.logs;
  if (asking !== undefined) changeLook(hand.model, { asking: { ...asking, complaint } });
};

const ask =
  (is: LogAsked) =>
  (hand: Hand): void =>
    beginAsking(hand, { is, text: '' });

/** Keys that open the line of text. */
export const askKeys: readonly Binding[] = [
  {
    id: 'logs.include',
    keys: ['+'],
    does: 'show only lines with a text, or /an expression/',
    footer: 'include',
    whyNot: noStream,
    run: ask('include'),
  },
  {
    id: 'logs.exclude',
    keys: ['-'],
    does: 'hide lines with a text, or /an expression/',
    footer: 'exclude',
    whyNot: noStream,
    run: ask('exclude'),
  },
  {
    id: 'filter',
    keys: ['/'],
    does: 'look for a text, or /an expression/; n N go from hit to hit',
    footer: 'find',
    whyNot: noStream,
    run: ask('seek'),
  },
  {
    id: 'logs.time',
    keys: ['T'],
    does: 'go to a time: 10:14, -15m, 2026-03-04T10:14; 10:14-10:20 shows only that',
    whyNot: noStream,
    run: ask('time'),
  },
  {
    id: 'logs.around',
    keys: ['#'],
    does: 'so many lines around those that pass: 3, or 5,0 before and after apart',
    whyNot: noStream,
    run: ask('around'),
  },
];

const addChip = (hand: Hand, is: 'include' | 'exclude', text: string): void => {
  const { lens } = hand.view.cockpit.logs ?? {};
  if (lens === undefined) return;
  const chip: Chip = { is, pattern: patternOfWords(hand.view.pen.meant(text)) };
  const at = hand.view.ui.logs.asking?.instead;
  // The same chip twice would hide nothing more; one that is written anew as another one stands in for both.
  const others = lens.chips.filter((one, place) => place === at || chipKey(one) !== chipKey(chip));
  const place = at === undefined ? -1 : others.indexOf(lens.chips[at] ?? chip);
  const chips = place < 0 ? [...others, chip] : others.with(place, chip);
  if (at === undefined && others.length < lens.chips.length) hand.say('that chip is there already');
  soughtAgain(hand);
  hand.commands.logs.look(chips, lens.context);
  close(hand);
};

/** What lies between two moments, in place of another span. */
const showSpan = (hand: Hand, span: Span): void => {
  const { chips, context } = hand.view.cockpit.logs?.lens ?? { chips: [], context: undefined };
  const chip: Chip = { is: 'time', ...span };
  hand.commands.logs.look([...chips.filter(({ is }) => is !== 'time'), chip], context);
  close(hand);
};

/** What lies between the first marked line and the last; undefined: fewer than two are marked. */
const markedSpan = ({ view }: Hand): Span | undefined => {
  const { logs } = view.cockpit;
  const times = bookmarks(view).map((id): Millis => (logs && headOf(logs.ring, id)?.at) ?? 0);
  return times.length < 2 ? undefined : { from: Math.min(...times), to: Math.max(...times) + 1 };
};

const takeAround = (hand: Hand, text: string) => {
  const [, before, after = before] = /^\s*(\d{1,3})(?:\s*[\s,/]\s*(\d{1,3}))?\s*$/.exec(text) ?? [];
  if (before === undefined) return complain(hand, 'no number of lines; 3, and 5,0 are');
  const { chips } = hand.view.cockpit.logs?.lens ?? { chips: [] };
  hand.commands.logs.look(chips, { before: Number(before), after: Number(after) });
  close(hand);
};

const goToTime = (hand: Hand, text: string) => {
  const { logs } = hand.view.cockpit;
  const { clock } = hand.view.ui.logs;
  const { now, wallOffset } = hand.view.past?.live ?? hand.view;
  const at = parseWhen(text, now + wallOffset, clock);
  const marked = text.trim() === "'" ? markedSpan(hand) : undefined;
  const span = at === undefined ? (marked ?? parseSpan(text, now + wallOffset, clock)) : undefined;
  if (span !== undefined) return showSpan(hand, span);
  if (at === undefined)
    return complain(hand, 'no moment; 10:14, 10:14:30, -15m, 2026-03-04T10:14 and 10:14-10:20 are');
  if (logs === undefined) return;
  close(hand);
  const first = logs.ring.row(logs.ring.first);
  if (first !== undefined && at < first.at)
    hand.say(`the lines here begin at ${momentWords(first.at, clock)}: b loads older`);
  goToLine(hand, Math.min(logs.ring.end - 1, logs.ring.atTime(at)));
};

const keep = (hand: Hand) => {
  const { asking } = hand.view.ui.logs;
  if (asking === undefined) return;
  const { is, text } = asking;
  if (text.trim() === '') return cancel(hand);
  if (is === 'time') return goToTime(hand, text);
  if (is === 'around') return takeAround(hand, text);
  const wrong = wrongPattern(patternOfWords(text));
  if (wrong !== undefined) return complain(hand, wrong);
  if (is !== 'seek') return addChip(hand, is, text);
  close(hand);
  hand.commands.logs.seek(patternOfWords(hand.view.pen.meant(text)));
  goToHit('nearest')(hand);
};

const cancel = (hand: Hand): void => {
  if (hand.view.ui.logs.asking?.is === 'seek') hand.commands.logs.seek(undefined);
  soughtAgain(hand);
  close(hand);
};

/** Keys of the line of text. */
export const askingKeys: readonly Binding[] = [
  { id: 'logs.typed', keys: ['enter'], does: 'take it', footer: 'take', run: keep },
  { id: 'logs.untyped', keys: ['esc'], does: 'leave it', footer: 'leave', run: cancel },
];

export const askingField = ({ view }: Hand): TextField => ({
  value: view.ui.logs.asking?.text ?? '',
  set: (hand, text) => {
    const { asking } = hand.view.ui.logs;
    if (asking === undefined) return;
    const { complaint: _, ...rest } = asking;
    changeLook(hand.model, { asking: { ...rest, text } });
    preview(hand, asking.is, text);
  },
});
