import { certainSince, formatStateAge } from '../../../domain/facts/state-start.ts';
import { pluralize } from '../../../domain/text/count-text.ts';
import { joinSituationParts, type SituationPart } from '../../../situation/parts.ts';
import { sinceText } from '../../../situation/sentence.ts';
import type { SituationSummary } from '../../../situation/situation.ts';
import { fitWords, justifyLine, lineWidth, type StyledLine } from '../../kit/text/line.ts';
import { widthOf } from '../../kit/text/width.ts';
import type { RenderContext } from '../contract/render-context.ts';
import { wallNow } from '../contract/render-context.ts';

/** The texts of the bar besides the sentence. */
interface SituationBarParts {
  /** The number of findings per level. */
  readonly counts: StyledLine;
  /** At the right end: a drill, an incident, who is on call. */
  readonly end: StyledLine;
}

/** Minimum width of a text that is cut: less says nothing. */
const leastFactCells = 16;
const leastHeadCells = 24;
/** Minimum width for gaps of three cells, and for the time of day of the start. */
const roomy = 100;

/** ' ✗ broker is down', with the rail in the color of the level. */
const headOf = ({ pen }: RenderContext, { level, brief }: SituationSummary): StyledLine => [
  pen.run(' '),
  pen.glyph('rail', level),
  pen.run(' '),
  pen.glyph(level, level),
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

/** 'since 15:13:58 UTC or before · 1m13s', on a narrow screen the age alone; '' while the start is unknown. */
const startText = (view: RenderContext, { start }: SituationSummary): string => {
  const since = certainSince(start);
  if (since === undefined) return '';
  const age = formatStateAge(start, view.now);
  if (view.columns < roomy) return age;
  const text = sinceText(start, { now: view.now, clockOffset: wallNow(view) - view.now });
  return text.startsWith('since') ? `${text} · ${age.replace('≥', '')}` : age;
};

/**
 * Renders the situation of the overview in one row: the level, what is wrong and what was observed of it, the consequences as far as
 * there is room, since when, and the counts per level. The statement comes first; a text that does not fit ends with an ellipsis.
 */
export const renderSituationBar = (
  view: RenderContext,
  situation: SituationSummary,
  { counts, end }: SituationBarParts,
): StyledLine => {
  const { pen, columns } = view;
  const gap = columns >= roomy ? '   ' : '  ';
  const left: StyledLine = headOf(view, situation);
  const age = startText(view, situation);
  const since: StyledLine = age === '' ? [] : [pen.run(gap), pen.run(age, 'faint')];
  // Beside the statement: first what is at the right end, then the counts, then the start.
  const right: StyledLine[] = [end];
  let room = columns - lineWidth(end);
  for (const part of [counts, since]) {
    const least = Math.min(lineWidth(left), leastHeadCells);
    if (lineWidth(part) === 0 || room - lineWidth(part) < least) continue;
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
  const facts = situation.fact === '' ? [] : [pen.run(` – ${situation.fact}`)];
  if (facts.length === 0 || add(facts, leastFactCells)) {
    const effects = effectsText(situation, rest - gap.length);
    if (effects !== '') said.push([pen.run(gap), pen.run(effects, 'faint')]);
  }
  return justifyLine(said.flat(), right.flat(), columns, 'plain', pen.ellipsis);
};
