import type { Level } from '../../../domain/facts/level.ts';
import { certainSince, formatStateAge } from '../../../domain/facts/state-start.ts';
import { pluralize } from '../../../domain/text/count-text.ts';
import { formatAge } from '../../../domain/text/duration.ts';
import { joinSituationParts, type SituationPart } from '../../../situation/parts.ts';
import { sinceText } from '../../../situation/sentence.ts';
import type { SituationSummary } from '../../../situation/situation.ts';
import { fitWords, justifyLine, lineWidth, type StyledLine } from '../../kit/text/line.ts';
import { widthOf } from '../../kit/text/width.ts';
import type { RenderContext } from '../contract/render-context.ts';
import { wallNow } from '../contract/render-context.ts';

/** The texts of the bar besides the sentence. */
interface SituationBarParts {
  /** The number of findings per level: with words, and with glyphs alone. */
  readonly counts: { readonly long: StyledLine; readonly short: StyledLine };
  /** At the right end: a drill, an incident, who is on call. */
  readonly end: StyledLine;
}

/** Minimum width of a text that is cut: less says nothing. */
const leastFactCells = 16;
const leastHeadCells = 24;
/** Width of '≥13m' with the gap before it. */
const ageCells = 6;
/** Minimum width for gaps of three cells, and for the time of day of the start. */
const roomy = 100;

/** The level that the bar is marked with: what is pending is not well. */
export const situationMark = ({ level, pending }: SituationSummary): Level =>
  level === 'ok' && pending > 0 ? 'warn' : level;

/** ' ✗ broker is down', with the rail in the color of the level. */
const headOf = ({ pen }: RenderContext, { level, brief }: SituationSummary, mark: Level): StyledLine => [
  pen.run(' '),
  pen.glyph('rail', mark),
  pen.run(' '),
  pen.glyph(mark, mark),
  // Green is a mark, never a word: what is well does not stand out.
  pen.run(` ${brief}`, level === 'ok' ? 'bold' : level),
];

/** The parts of consequences and other problems in their order: '17 consequences: bus down', '4 breakers open', 'Error rate 48.8 %'. */
const effectsOf = ({ consequences, others }: SituationSummary): readonly SituationPart[] => {
  const [first, ...rest] = consequences.parts;
  if (first === undefined) return others.parts;
  const head = pluralize(consequences.count, 'consequence');
  return [{ ...first, text: `${head}: ${first.text}` }, ...rest, ...others.parts];
};

/** The effects that fit into `room` cells, each whole, and the number of the others; '' if not even the first fits. */
const effectsText = (situation: SituationSummary, room: number): string => {
  const effects = effectsOf(situation);
  for (let shown = effects.length; shown > 0; shown--) {
    const text = joinSituationParts(effects, shown, ' · ');
    if (widthOf(text) <= room) return text;
  }
  return '';
};

/** The start, the longest form first: 'since 15:13:58 UTC or before · 1m13s', '≥1m13s'; none while it is unknown. */
const startTexts = (view: RenderContext, { start }: SituationSummary): readonly string[] => {
  const since = certainSince(start);
  if (since === undefined) return [];
  const age = formatStateAge(start, view.now);
  const text = sinceText(start, { now: view.now, clockOffset: wallNow(view) - view.now });
  return view.columns >= roomy && text.startsWith('since')
    ? [`${text} · ${formatAge(view.now - since)}`, age]
    : [age];
};

/**
 * Renders the situation of the overview in one row: the level, what is wrong and what was observed of it, the consequences as far as
 * there is room, since when, and the counts per level. The statement comes first; a text that does not fit ends with an ellipsis.
 */
export const renderSituationBar = (
  view: RenderContext,
  situation: SituationSummary,
  { counts: { long, short }, end }: SituationBarParts,
): StyledLine => {
  const { pen, columns } = view;
  const gap = columns >= roomy ? '   ' : '  ';
  const left: StyledLine = headOf(view, situation, situationMark(situation));
  const facts: StyledLine = situation.fact === '' ? [] : [pen.run(` – ${situation.fact}`)];
  const least = Math.min(lineWidth(facts), leastFactCells);
  const isRoomy = lineWidth([...left, ...long, ...end]) + ageCells + least <= columns;
  // Where the fact has no room, the counts lose their words.
  const counts = isRoomy ? long : short;
  // The fact says more than the time of day of the start.
  const needed = lineWidth(left) + lineWidth(facts) + lineWidth(counts) + lineWidth(end) + gap.length;
  const starts = startTexts(view, situation);
  const age = starts.find((text) => needed + widthOf(text) <= columns) ?? starts.at(-1) ?? '';
  const since: StyledLine = age === '' ? [] : [pen.run(gap), pen.run(age, 'faint')];
  // Beside the statement: first what is at the right end, then the counts, then the start.
  const right: StyledLine[] = [end];
  let room = columns - lineWidth(end);
  for (const part of [counts, since]) {
    if (lineWidth(part) === 0 || room - lineWidth(part) < Math.min(lineWidth(left), leastHeadCells)) continue;
    right.unshift(part);
    room -= lineWidth(part);
  }
  const head = fitWords(left, Math.min(room, lineWidth(left)), 'plain', pen.ellipsis);
  const said: StyledLine[] = [head];
  let rest = room - lineWidth(head);
  const add = (line: StyledLine, least: number): boolean => {
    const width = lineWidth(line);
    if (width > rest && rest < least) return false;
    const fitted = width > rest ? fitWords(line, rest, 'plain', pen.ellipsis) : line;
    said.push(fitted);
    rest -= lineWidth(fitted);
    return width <= lineWidth(fitted);
  };
  if (facts.length === 0 || add(facts, leastFactCells)) {
    const effects = effectsText(situation, rest - gap.length);
    if (effects !== '') said.push([pen.run(gap), pen.run(effects, 'faint')]);
  }
  return justifyLine(said.flat(), right.flat(), columns, 'plain', pen.ellipsis);
};
