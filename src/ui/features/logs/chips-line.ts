import { count } from '../../../domain/format.ts';
import type { LogsState } from '../../../logs/ring/state.ts';
import { type Line, lineWidth, spread } from '../../text/run.ts';
import type { View } from '../../view.ts';
import { chipWords, contextWords, hidesText } from './chip-words.ts';
import { soughtOf } from './hits.ts';
import { hitCount, isHit } from './shown-hits.ts';
import { nextRow } from './steps.ts';
import type { Seen } from './window.ts';

/** Rows of chips before the rest of them is counted. */
const linesAtMost = 2;

/** Each chip as a piece that is not broken. */
const chipPieces = ({ pen, ui }: View, { lens, streams }: LogsState): readonly Line[] => {
  const chips = lens.chips.map((chip, index): Line => {
    const isGivenUp = 'pattern' in chip && lens.tooSlow.includes(chip.pattern.text);
    const hides = isGivenUp ? ' given up' : hidesText(lens.hides(index));
    return [
      pen.run('[', 'faint'),
      pen.run(chipWords(chip, streams, ui.logs.clock), 'key'),
      pen.run(hides, 'faint'),
      pen.run(']', 'faint'),
    ];
  });
  const around = contextWords(lens.context);
  return around === ''
    ? chips
    : [...chips, [pen.run('[', 'faint'), pen.run(around, 'key'), pen.run(']', 'faint')]];
};

/** 'lines 12,400 to 12,408 of 20,000', or how far the filter has come. */
const placeText = (logs: LogsState, { ids }: Seen): string => {
  const { lens, ring, isFiltering = true } = logs;
  const { pending } = lens;
  const [first, last] = [ids[0], ids.at(-1)];
  if (isFiltering && pending > 0 && ring.count > 0)
    return `filtering ${Math.floor((100 * (ring.count - pending)) / ring.count)} %`;
  if (first === undefined || last === undefined) return '';
  // The last row in sight stands for the further lines of its stack trace as well.
  const next = nextRow(logs, last);
  const to = next === undefined ? lens.shown : lens.rank(next);
  return `lines ${count(lens.rank(first) + 1)} to ${count(to)} of ${count(lens.shown)}`;
};

/** The chips, each with what it hides, and which of the lines are in sight. */
export const chipLines = (view: View, logs: LogsState, seen: Seen, width: number): readonly Line[] => {
  const { pen } = view;
  const right = [pen.run(`${placeText(logs, seen)} `, 'faint')];
  const rows: Line[][] = [[]];
  let left = 0;
  for (const piece of chipPieces(view, logs)) {
    const room = width - (rows.length === 1 ? lineWidth(right) : 0) - 2;
    const row = rows.at(-1) ?? [];
    const used = row.reduce((sum, one) => sum + lineWidth(one) + 1, 0);
    if (used + lineWidth(piece) <= room || row.length === 0) row.push(piece);
    else if (rows.length < linesAtMost) rows.push([piece]);
    else left++;
  }
  const lines = rows.map((row): Line => row.flatMap((piece) => [pen.run(' '), ...piece]));
  return lines.map((line, index) => {
    if (index === 0) return spread(line, right, width, 'plain', pen.mark);
    return left === 0 ? line : [...line, pen.run(` and ${left} more`, 'key')];
  });
};

/** '3 of 17', '17', 'no hit': which of the hits the cursor is on. */
export const hitsText = (logs: LogsState, cursor: number | undefined): string => {
  const { hits } = logs;
  if (hits.tooSlow.length > 0) return 'takes too long: given up';
  const all = hitCount(logs);
  if (all === 0) return hits.pending > 0 ? 'seeking' : 'no hit';
  const on = cursor !== undefined && isHit(logs, cursor) ? `${count(hitCount(logs, cursor) + 1)} of ` : '';
  return `${on}${count(all)}${hits.pending > 0 ? '+' : ''}`;
};

/** '/timeout/ 3 of 17': what is sought, and which of its hits the cursor is on. */
export const soughtText = (view: View, logs: LogsState, cursor: number | undefined): string => {
  const pattern = soughtOf(logs);
  return pattern === undefined ? '' : `/${view.pen.typed(pattern.text)}/ ${hitsText(logs, cursor)}`;
};
