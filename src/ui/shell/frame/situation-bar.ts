import type { Level } from '../../../domain/facts/level.ts';
import { certainSince, formatStateAge } from '../../../domain/facts/state-start.ts';
import { pluralize } from '../../../domain/text/count-text.ts';
import { formatAge } from '../../../domain/text/duration.ts';
import { isChanging } from '../../../runs/policy/danger.ts';
import { sinceText } from '../../../situation/sentence.ts';
import type { SituationSummary } from '../../../situation/situation.ts';
import type { RunbookSuggestion } from '../../../store/cockpit.ts';
import { dangerLabel } from '../../kit/components/card.ts';
import {
  fitLine,
  fitWords,
  justifyLine,
  lineWidth,
  type StyledLine,
  type StyledRun,
  withoutEndBlanks,
} from '../../kit/text/line.ts';
import { widthOf } from '../../kit/text/width.ts';
import type { RenderContext } from '../contract/render-context.ts';
import { wallNow } from '../contract/render-context.ts';
import { hindranceWords, runbookDanger, safetyTexts, sortBySuggestion } from '../state/blocked-reasons.ts';
import { boundKey } from '../state/keys-in-text.ts';
import { effectsInRoom, renderEffectsLine } from './situation-effects.ts';

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

/** The start, the longest form first: 'since 15:13:58 UTC or before · 1m13s', 'since 15:13:58 · ≥1m13s', '≥1m13s'; none while it is unknown. */
const startTexts = (view: RenderContext, { start }: SituationSummary): readonly string[] => {
  const since = certainSince(start);
  if (since === undefined) return [];
  const age = formatStateAge(start, view.now);
  const text = sinceText(start, { now: view.now, clockOffset: wallNow(view) - view.now });
  if (!text.startsWith('since')) return [age];
  const clock = text.split(' UTC')[0] ?? text;
  const long = view.columns >= roomy ? [`${text} · ${formatAge(view.now - since)}`] : [];
  return [...long, `${clock} · ${age}`, age];
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
  const [cause, ...more] = situation.causes;
  const whole = headOf(view, situation, situation.level);
  if (cause === undefined || more.length > 0) return whole;
  const { object, words } = cause;
  const cells = room - (lineWidth(whole) - widthOf(object));
  if (cells < leastFactCells) return whole;
  const brief = `${view.pen.cutInside(object, cells)} ${words.verb}`;
  return headOf(view, { ...situation, brief }, situation.level);
};

/** '✗ broker is down  – answers 503   since 15:13:58 UTC · 1m13s' */
const statementRow = (view: RenderContext, situation: SituationSummary): StyledLine => {
  const { pen, columns } = view;
  const wholeHead = headOf(view, situation, situation.level);
  const saidOf = (fact: string): StyledLine => [
    ...wholeHead,
    ...(fact === '' ? [] : [pen.run(`  – ${fact}`, 'bold')]),
  ];
  const starts = startTexts(view, situation);
  const endCells = 3;
  const fits = (text: string): boolean =>
    lineWidth(saidOf(situation.fact)) + widthOf(text) + endCells <= columns;
  // The statement says more than the time of day of its start.
  const start = starts.find(fits) ?? starts.at(-1);
  const end: StyledLine = start === undefined ? [pen.run(' ')] : startRuns(view, start);
  const room = columns - lineWidth(end);
  const fact =
    lineWidth(saidOf(situation.fact)) <= room ? situation.fact : situation.fact.replace(limitWords, 'limit ');
  const said = saidOf(fact);
  const head = lineWidth(wholeHead) <= room ? wholeHead : narrowHead(view, situation, room);
  const isFactCut = lineWidth(said) > room && room - lineWidth(head) < leastFactCells;
  const brief = wholeClauses(fact, room - lineWidth(head) - 4);
  const shown = isFactCut ? head : brief === '' ? said : [...head, pen.run(`  – ${brief}`, 'bold')];
  return [...fitWords(shown, room, 'plain', pen.ellipsis), ...end];
};

/** 'since 15:13:58 UTC · 1m13s' with its age standing out. */
const startRuns = ({ pen }: RenderContext, text: string): StyledLine => {
  const ageFrom = text.lastIndexOf(' ') + 1;
  return [pen.run(`  ${text.slice(0, ageFrom)}`, 'faint'), pen.run(`${text.slice(ageFrom)} `, 'bold')];
};

/** 'cannot run', and why: known against the first suggestion, and so against every other one. Undefined for one that can run. */
const hindranceOf = (
  first: RunbookSuggestion | undefined,
): { readonly word: string; readonly why: string } | undefined => {
  if (first?.fits !== 'yes' || first.hindrance === undefined) return undefined;
  const why = (first.reason ?? '').replace(/^(?:cannot run now: |tried )/, '');
  return { word: hindranceWords[first.hindrance], why };
};

/**
 * 'R restore-broker DISRUPTIVE', or with what is known against it, in `cells`: the id is cut inside before its danger gives way. Without
 * a match how many runbooks there are; [] without runbooks. `safety`: what the danger means, behind it.
 */
const runbookRuns = (view: RenderContext, cells = Infinity, safety = ''): StyledLine => {
  const { pen, cockpit, past } = view;
  if (past !== undefined) return [];
  const key = [pen.run(boundKey(cockpit, 'runbook.card', 'R'), 'key'), pen.run(' ')];
  const [first] = sortBySuggestion(cockpit.suggestions);
  if (first === undefined) return [];
  if (first.fits !== 'yes') {
    const all = pluralize(cockpit.suggestions.length, 'runbook');
    const possible = cockpit.suggestions.filter(({ fits }) => fits === 'unknown').length;
    if (possible > 0) return [...key, pen.run(`${possible} of ${all} may match`, 'faint')];
    return [...key, pen.run(`none of ${all} matches`, 'faint'), ...whomToAsk(view)];
  }
  const hindrance = hindranceOf(first);
  const danger = runbookDanger(first);
  const word: StyledLine =
    hindrance !== undefined
      ? [pen.run(` ${hindrance.word}`, 'warn')]
      : danger === undefined || !isChanging(danger)
        ? []
        : [pen.run(' '), ...dangerLabel(pen, danger), pen.run(safety, 'faint')];
  const room = cells - lineWidth(key) - lineWidth(word);
  const { id } = first.runbook;
  return [...key, pen.run(widthOf(id) <= room ? id : pen.cutInside(id, Math.max(1, room)), 'bold'), ...word];
};

/** 'cannot run: it publishes a fixed port', 'tried 10:02: refused', 'close-breaker DISRUPTIVE  Close a circuit breaker' */
const beforeTitle = (hindrance: ReturnType<typeof hindranceOf>): string =>
  hindrance === undefined ? '  ' : hindrance.word === hindranceWords.tried ? ' ' : ': ';

/** ' · 9 whom to ask': the way on where no runbook matches. */
const whomToAsk = ({ pen, cockpit, columns }: RenderContext): StyledLine =>
  columns < roomy || (cockpit.open?.contacts ?? []).length === 0
    ? []
    : [pen.run(' · ', 'faint'), pen.run(boundKey(cockpit, 'pane.9', '9'), 'key'), pen.run(' whom to ask')];

const noKeys: readonly [all: StyledLine, changed: StyledLine] = [[], []];

/** 'R restore-broker DISRUPTIVE  restart it   W all 19 problems   J what changed' */
const keysRow = (view: RenderContext, { counts, problems, end }: SituationRowsParts): StyledLine => {
  const { pen, cockpit, columns, past } = view;
  const wide = columns >= roomy ? '    ' : '   ';
  const key = (id: string, usual: string): StyledRun => pen.run(boundKey(cockpit, id, usual), 'key');
  const number = problems === 1 ? ' 1 problem' : ` all ${problems} problems`;
  const allKeys: StyledLine = [key('pane.W', 'W'), pen.run(number)];
  const changedKeys = (text: string): StyledLine => [pen.run(wide), key('pane.J', 'J'), pen.run(text)];
  // The danger of a runbook gives way to nothing: first the counts do, which the tables have too.
  const forms: readonly (readonly [all: StyledLine, changed: StyledLine])[] = [
    [[...allKeys, ...counts], changedKeys(' what changed')],
    [allKeys, changedKeys(' what changed')],
    [allKeys, changedKeys(' changes')],
    [allKeys, []],
  ];
  const cellsOf = ([all, changed]: (typeof forms)[number]): number =>
    columns - lineWidth(end) - lineWidth(railRow(view, 'ok')) - lineWidth([...all, ...changed]) - wide.length;
  const [suggested] = past === undefined ? sortBySuggestion(cockpit.suggestions) : [];
  const hindrance = hindranceOf(suggested);
  const whole = hindrance?.why ?? (suggested?.fits === 'yes' ? suggested.runbook.title : '');
  // The statement says the problem that stands before the colon: what the runbook does comes first.
  const action = whole.slice(whole.indexOf(': ') === -1 ? 0 : whole.indexOf(': ') + 2);
  // Counts give way to a title that is not cut, and to what the danger means beside it.
  const isRoomy = columns >= roomy;
  const titles = isRoomy ? [whole, action] : [''];
  const uncut = [safetyTexts(suggested), ...(isRoomy ? [['']] : [])]
    .flatMap((safeties) =>
      (isRoomy ? forms.slice(0, 2) : forms.slice(1, 3)).flatMap((texts) =>
        safeties.flatMap((safety) => titles.map((title) => ({ safety, title, texts }))),
      ),
    )
    .find(
      ({ safety, title, texts }) =>
        lineWidth(runbookRuns(view, Infinity, safety)) + widthOf(title) + 2 <= cellsOf(texts),
    );
  const form =
    uncut?.texts ??
    forms.find((texts) => lineWidth(runbookRuns(view)) <= cellsOf(texts)) ??
    forms.find((texts) => cellsOf(texts) >= leastHeadCells) ??
    noKeys;
  const [all, changed] = form;
  const cells = cellsOf(form);
  const first = runbookRuns(view, cells, uncut?.safety);
  const title: StyledLine =
    columns >= roomy && whole !== '' ? [pen.run(`${beforeTitle(hindrance)}${uncut?.title ?? action}`)] : [];
  const named =
    lineWidth([...first, ...title]) <= cells ? [...first, ...title] : cutTitle(view, first, title, cells);
  return [...(named.length === 0 ? [] : [...named, pen.run(wide)]), ...all, ...changed];
};

/** A runbook in `cells`: its title is cut between words or left out. */
const cutTitle = (
  { pen }: RenderContext,
  first: StyledLine,
  title: StyledLine,
  cells: number,
): StyledLine => {
  const rest = cells - lineWidth(first);
  return title.length > 0 && rest >= leastHeadCells
    ? [...first, ...withoutEndBlanks(fitWords(title, rest, 'plain', pen.ellipsis))]
    : first;
};

/** The texts of the rows besides the situation. */
interface SituationRowsParts {
  /** The number of findings per level, short. */
  readonly counts: StyledLine;
  /** Number of findings that Problems lists. */
  readonly problems: number;
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
  return [
    statementRow(view, situation),
    fitLine([...rail, ...renderEffectsLine(view, situation, room)], columns, 'plain', pen.ellipsis),
    justifyLine([...rail, ...keysRow(view, parts)], parts.end, columns, 'plain', pen.ellipsis),
  ];
};
