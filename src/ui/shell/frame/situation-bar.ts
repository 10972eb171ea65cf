import type { Level } from '../../../domain/facts/level.ts';
import { certainSince, formatStateAge } from '../../../domain/facts/state-start.ts';
import { formatAge } from '../../../domain/text/duration.ts';
import { sinceText } from '../../../situation/sentence.ts';
import type { SituationSummary } from '../../../situation/situation.ts';
import { fitWords, justifyLine, lineWidth, type StyledLine } from '../../kit/text/line.ts';
import { widthOf } from '../../kit/text/width.ts';
import type { RenderContext } from '../contract/render-context.ts';
import { wallNow } from '../contract/render-context.ts';
import { effectsInRoom, renderEffectsLine } from './situation-effects.ts';
import { renderKeysLine, type SituationKeys } from './situation-keys.ts';

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
/** Minimum width of a cut fact beside the time of day of the start. */
const leastDatedCells = 32;
/** Cells around the start beside a statement. */
const endCells = 3;
/** Width of '≥13m' with the gap before it. */
const ageCells = 6;
/** Minimum width for gaps of three cells, and for the time of day of the start. */
const roomy = 100;

/** The level that the bar is marked with: what is pending is not well. */
export const situationMark = ({ level, pending }: SituationSummary): Level =>
  level === 'ok' && pending > 0 ? 'warn' : level;

/** '✗ broker is down', with the rail in the color of the level. */
const headOf = (
  { pen }: RenderContext,
  { level, brief, isLoading }: SituationSummary,
  mark: Level,
): StyledLine => [
  pen.glyph('rail', mark),
  pen.run(' '),
  isLoading === true ? pen.glyph('loading', 'loading') : pen.glyph(mark, mark),
  // Green is a mark, never a word: what is well does not stand out.
  pen.run(` ${brief}`, level === 'ok' ? 'bold' : `cause.${level}`),
];

/**
 * The start, the longest form first: 'since 15:13:58 UTC or before · 1m13s', the same without UTC, '≥1m13s'; none while it is unknown.
 * Where another problem began before the cause was seen, that is the only start: 'problems since 15:13:20 UTC · 1m51s'.
 */
const startTexts = (view: RenderContext, situation: SituationSummary): readonly string[] => {
  const { earlier } = situation;
  const start = earlier?.start ?? situation.start;
  const since = certainSince(start);
  if (since === undefined) return [];
  // An age alone has no room for the words: that of the cause.
  const age = formatStateAge(situation.start, view.now);
  const text = sinceText(start, { now: view.now, clockOffset: wallNow(view) - view.now });
  if (!text.startsWith('since')) return [age];
  const dated = `${earlier === undefined ? '' : 'problems '}${text} · ${formatAge(view.now - since)}`;
  return [...(view.columns >= roomy ? [dated] : []), dated.replace(' UTC', ''), age];
};

/**
 * Renders a situation in one row, for a pane and for the overview without a cause: the level, what is missing and what was observed of it, the consequences as far as
 * there is room, since when, and the counts per level. The statement comes first; a text that does not fit ends with an ellipsis.
 */
export const renderSituationRow = (
  view: RenderContext,
  situation: SituationSummary,
  { counts: { long, short }, end }: SituationBarParts,
): StyledLine => {
  const { pen, columns } = view;
  const gap = columns >= roomy ? '   ' : '  ';
  const left: StyledLine = headOf(view, situation, situationMark(situation));
  const isCause = situation.causes.length > 0;
  const fact = isCause ? `  – ${situation.fact}` : ` – ${situation.fact}`;
  const facts: StyledLine = situation.fact === '' ? [] : [pen.run(fact, isCause ? 'bold' : 'plain')];
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
    const effects = effectsInRoom(situation, rest - gap.length, ' · ').map(({ text }) => text);
    if (effects.length > 0) said.push([pen.run(gap), pen.run(effects.join(' · '), 'faint')]);
  }
  return justifyLine(said.flat(), right.flat(), columns, 'plain', pen.ellipsis);
};

/** The rail at the left of the rows below the first one, and the cells up to their text. */
const railRow = ({ pen }: RenderContext, mark: Level): StyledLine => [
  pen.glyph('rail', mark),
  pen.run('   '),
];

/** The part of the room that whole clauses fill; where they are shorter, a cut fact says more. */
const leastFilled = 0.5;

/** The first clauses of a fact that fit whole: 'answered 503 Service Unavailable', without ', expected 200-399'; '' if they are too short. */
const wholeClauses = (fact: string, room: number): string => {
  const clauses = fact.split(/(?=[,;] )/);
  for (let count = clauses.length; count > 0; count--) {
    const text = clauses.slice(0, count).join('');
    if (widthOf(text) <= room) return widthOf(text) >= room * leastFilled ? text : '';
  }
  return '';
};

/** 'over the limit of 1 %' is 'limit 1 %' where it has no room. */
const limitWords = /^(?:over|under|above|below) the limit of /;

/** A statement in `room` cells whose verb is whole: its object is cut inside. */
const narrowHead = (view: RenderContext, situation: SituationSummary, room: number): StyledLine => {
  const [cause, ...more] = situation.named;
  const whole = headOf(view, situation, situation.level);
  if (cause === undefined || more.length > 0) return whole;
  const { object, verb } = cause;
  const cells = room - (lineWidth(whole) - widthOf(object));
  if (cells < leastFactCells) return whole;
  const brief = `${view.pen.cutInside(object, cells)} ${verb}`;
  return headOf(view, { ...situation, brief }, situation.level);
};

/** The statement with its fact. */
const saidWith = (head: StyledLine, { pen }: RenderContext, fact: string): StyledLine => [
  ...head,
  ...(fact === '' ? [] : [pen.run(`  – ${fact}`, 'bold')]),
];

/** The start beside the statement, or at the end of the row below it, with its time of day, where that has no room beside the whole statement. */
interface StartPlace {
  readonly beside?: string;
  readonly below?: string;
}

const placeStart = (view: RenderContext, situation: SituationSummary): StartPlace => {
  const head = headOf(view, situation, situation.level);
  const said = saidWith(head, view, situation.fact);
  const starts = startTexts(view, situation);
  const fitting = starts.find((text) => lineWidth(said) + widthOf(text) + endCells <= view.columns);
  const [last, dated = last] = starts.toReversed();
  if (last === undefined || dated === undefined) return {};
  if (fitting !== undefined && (fitting !== last || dated === last)) return { beside: fitting };
  if (view.columns >= roomy && dated !== last) return { below: dated };
  if (fitting !== undefined) return { beside: fitting };
  // The fact is cut anyhow.
  const hasRoom = view.columns - lineWidth(head) - widthOf(dated) - endCells >= leastDatedCells;
  return { beside: hasRoom ? dated : last };
};

/** '✗ broker is down  – answers 503   since 15:13:58 UTC · 1m13s' */
const statementRow = (view: RenderContext, situation: SituationSummary, start?: string): StyledLine => {
  const { pen, columns } = view;
  const wholeHead = headOf(view, situation, situation.level);
  const end: StyledLine = start === undefined ? [pen.run(' ')] : startRuns(view, start);
  const room = columns - lineWidth(end);
  const whole = saidWith(wholeHead, view, situation.fact);
  const fact = lineWidth(whole) <= room ? situation.fact : situation.fact.replace(limitWords, 'limit ');
  const said = saidWith(wholeHead, view, fact);
  const head = lineWidth(wholeHead) <= room ? wholeHead : narrowHead(view, situation, room);
  const isFactCut = lineWidth(said) > room && room - lineWidth(head) < leastFactCells;
  const brief = wholeClauses(fact, room - lineWidth(head) - 4);
  const shown = isFactCut ? head : brief === '' ? said : saidWith(head, view, brief);
  return [...fitWords(shown, room, 'plain', pen.ellipsis), ...end];
};

/** 'since 15:13:58 UTC · 1m13s' with its age standing out. */
const startRuns = ({ pen }: RenderContext, text: string): StyledLine => {
  const ageFrom = text.lastIndexOf(' ') + 1;
  return [pen.run(`  ${text.slice(0, ageFrom)}`, 'faint'), pen.run(`${text.slice(ageFrom)} `, 'bold')];
};

/** The texts of the rows besides the situation. */
interface SituationRowsParts extends SituationKeys {
  /** At the right end of the last row: overdue checklists. */
  readonly end: StyledLine;
}

/**
 * Renders a situation with a cause in three rows: the statement with what was observed, since when; the consequences and the other
 * problems, as many as fit whole; the keys that help.
 */
export const renderSituationRows = (
  view: RenderContext,
  situation: SituationSummary,
  parts: SituationRowsParts,
): readonly StyledLine[] => {
  const { pen, columns } = view;
  const rail = railRow(view, situation.level);
  const room = columns - lineWidth(rail) - 1;
  const { beside, below } = placeStart(view, situation);
  const end = below === undefined ? [] : startRuns(view, below);
  const effects = renderEffectsLine(view, situation, room - lineWidth(end));
  return [
    statementRow(view, situation, beside),
    justifyLine([...rail, ...effects], end, columns, 'plain', pen.ellipsis),
    justifyLine(
      [...rail, ...renderKeysLine(view, parts, room - lineWidth(parts.end))],
      parts.end,
      columns,
      'plain',
      pen.ellipsis,
    ),
  ];
};
