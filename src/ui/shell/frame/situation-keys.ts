import { pluralize } from '../../../domain/text/count-text.ts';
import { isChanging } from '../../../runs/policy/danger.ts';
import type { RunbookSuggestion } from '../../../store/runbook-suggestion.ts';
import { dangerLabel } from '../../kit/components/card.ts';
import { fitWords, lineWidth, type StyledLine, withoutEndBlanks } from '../../kit/text/line.ts';
import { widthOf } from '../../kit/text/width.ts';
import type { RenderContext } from '../contract/render-context.ts';
import { hindranceWords, runbookDanger, safetyTexts, sortBySuggestion } from '../state/blocked-reasons.ts';
import { boundKey } from '../state/keys-in-text.ts';

/** Minimum terminal width for gaps of three cells, and for the title of the runbook. */
const roomy = 100;
/** Minimum width of a text that is cut: less says nothing. */
const leastTextCells = 16;
/** Minimum width of a runbook beside other keys. */
const leastHeadCells = 24;

/** 'none of 3 runbooks matches · 9 whom to ask': the way on where no runbook matches, and none will if the problem lasts. */
const unmatchedRuns = ({ pen, cockpit, columns }: RenderContext): StyledLine => {
  const { suggestions, open } = cockpit;
  const key = pen.run(boundKey(cockpit, 'runbook.card', 'R'), 'key');
  const all = pluralize(suggestions.length, 'runbook');
  const possible = suggestions.filter(
    ({ fits, isPending }) => fits === 'unknown' || isPending === true,
  ).length;
  if (possible > 0) return [key, pen.run(` ${possible} of ${all} may match`, 'faint')];
  const none: StyledLine = [key, pen.run(` none of ${all} matches`, 'faint')];
  if (columns < roomy || (open?.contacts ?? []).length === 0) return none;
  return [
    ...none,
    pen.run(' · ', 'faint'),
    pen.run(boundKey(cockpit, 'pane.9', '9'), 'key'),
    pen.run(' whom to ask'),
  ];
};

/** The part of a title after what the statement says already: what the runbook does. */
const actionOf = (title: string): string =>
  title.slice(title.indexOf(': ') === -1 ? 0 : title.indexOf(': ') + 2);

/** ' (2103)', ' (pick from 7 pods)': what the runbook would act on; '' if that is not known. */
const targetsText = ({ targets }: RunbookSuggestion): string => {
  if (targets === undefined) return '';
  if (targets.name !== undefined) return ` (${targets.name})`;
  if (targets.count <= 1) return '';
  return ` (pick from ${targets.count}${targets.noun === undefined ? '' : ` ${targets.noun}`})`;
};

/** The suggested runbook in words: what can be cut is the id and the text. */
interface SuggestedWords {
  readonly head: StyledLine;
  readonly id: string;
  /** The words of what is known against it, behind its id. */
  readonly word: StyledLine;
  /** Texts after it, the longest first. */
  readonly texts: readonly string[];
  /** The target, behind its text; ''. */
  readonly targets: string;
  /** The danger and what it means, the longest first. */
  readonly ends: readonly StyledLine[];
}

/** 'R shows restore-broker: restart it  DISRUPTIVE, asks first', or what is known against it: 'R restore-broker cannot run: …'. */
const suggestedWords = (view: RenderContext, first: RunbookSuggestion): SuggestedWords => {
  const { pen, cockpit, columns } = view;
  const key = pen.run(boundKey(cockpit, 'runbook.card', 'R'), 'key');
  const { id, title } = first.runbook;
  const isWide = columns >= roomy;
  if (first.hindrance !== undefined) {
    const word = hindranceWords[first.hindrance];
    // Why it cannot run says more than that a run of it was refused.
    const why = (first.reason ?? '').replace(/^(?:.* · )?cannot run now: |^tried /, '');
    const separator = first.hindrance === 'tried' ? ' ' : ': ';
    const texts = isWide ? [`${separator}${why}`, `${separator}${actionOf(why)}`] : [''];
    return {
      head: [key, pen.run(' ')],
      id,
      word: [pen.run(` ${word}`, 'warn')],
      texts,
      targets: '',
      ends: [[]],
    };
  }
  const danger = runbookDanger(first);
  const isDangerous = danger !== undefined && isChanging(danger);
  return {
    head: [key, pen.run(isWide ? ' shows ' : ' ')],
    id,
    word: [],
    texts: isWide ? [`: ${title}`, `: ${actionOf(title)}`] : [''],
    targets: isWide ? targetsText(first) : '',
    ends: isDangerous
      ? [...safetyTexts(cockpit, danger), ', asks first', ''].map((safety) => [
          ...[pen.run(isWide ? '  ' : ' '), ...dangerLabel(pen, danger), pen.run(safety, 'faint')],
        ])
      : [[]],
  };
};

/** The forms of a suggested runbook with this target that are whole, the longest first. */
const wholeForms = (
  { pen }: RenderContext,
  { head, id, word, texts }: SuggestedWords,
  target: string,
  end: StyledLine,
): readonly StyledLine[] =>
  texts.map((text) => [...head, pen.run(id, 'bold'), ...word, pen.run(`${text}${target}`), ...end]);

/** The keys beside a runbook, each group with its longest form first. */
interface OtherKeys {
  readonly withChanges: readonly StyledLine[];
  readonly problemsOnly: StyledLine;
  /** The same without 'all'. */
  readonly brief: StyledLine;
}

/** A form of a suggested runbook and the keys beside it. */
interface KeysPair {
  readonly form: StyledLine;
  readonly line: StyledLine;
}

/**
 * The forms beside the keys, the best first: what a runbook acts on says more than the key of changes, which the last row of a
 * wide screen has too.
 */
function* pairsOf(
  view: RenderContext,
  words: SuggestedWords,
  { withChanges, problemsOnly, brief }: OtherKeys,
): Generator<KeysPair> {
  const isWide = view.columns >= roomy;
  const lineGroups = isWide ? [withChanges, [problemsOnly], [brief]] : [withChanges];
  // The last end says nothing, and the one before it less than that a key comes first.
  const ends = words.ends.slice(0, Math.max(1, words.ends.length - (isWide ? 2 : 1)));
  const tries = [...new Set([words.targets, ''])].flatMap((target) =>
    lineGroups.flatMap((lines) => ends.map((end) => ({ target, lines, end }))),
  );
  const least = isWide ? words.ends.slice(0, -1).slice(-1) : [];
  for (const { target, lines, end } of [
    ...tries,
    ...least.map((end) => ({ target: '', lines: [...withChanges, problemsOnly, brief], end })),
  ])
    for (const line of lines) for (const form of wholeForms(view, words, target, end)) yield { form, line };
}

/** A suggested runbook in `cells`: its text is cut between words, then what its danger means is left out, then the id is cut inside. */
const cutRuns = (
  { pen }: RenderContext,
  { head, id, word, texts, ends }: SuggestedWords,
  cells: number,
): StyledLine => {
  const fixed = lineWidth([...head, ...word]);
  const last = ends.at(-1) ?? [];
  const end = ends.slice(-2).find((line) => fixed + widthOf(id) + lineWidth(line) <= cells) ?? last;
  const room = cells - fixed - lineWidth(end);
  const name = widthOf(id) <= room ? id : pen.cutInside(id, Math.max(1, room));
  const rest = room - widthOf(name);
  const text = texts.at(-1) ?? '';
  const cut: StyledLine =
    text === '' || rest < leastTextCells
      ? []
      : withoutEndBlanks(fitWords([pen.run(text)], rest, 'plain', pen.ellipsis));
  return [...head, pen.run(name, 'bold'), ...word, ...cut, ...end];
};

/** The texts of the row of keys besides the runbook. */
export interface SituationKeys {
  /** The number of findings per level, short. */
  readonly counts: StyledLine;
  /** Number of the cause, its consequences and the others: an object and its parts are one. */
  readonly problems: number;
}

/**
 * 'R shows restore-broker: restart it  DISRUPTIVE, asks first    W all 19 problems   J what changed' in `room` cells. The danger of a runbook and what
 * it means give way last: first the counts do, which the tables have too, then the changes.
 */
export const renderKeysLine = (
  view: RenderContext,
  { counts, problems }: SituationKeys,
  room: number,
): StyledLine => {
  const { pen, cockpit, columns, past } = view;
  const gap = pen.run(columns >= roomy ? '    ' : '   ');
  const number = pluralize(problems, 'problem');
  const problemsKey = (text: string): StyledLine => [
    pen.run(boundKey(cockpit, 'pane.W', 'W'), 'key'),
    pen.run(` ${text}`),
  ];
  const all = problemsKey(problems === 1 ? number : `all ${number}`);
  const changes = (text: string): StyledLine => [
    ...[...all, gap],
    ...[pen.run(boundKey(cockpit, 'pane.J', 'J'), 'key'), pen.run(text)],
  ];
  const changed = changes(' what changed');
  const withChanges = [[...all, ...counts, ...changed.slice(all.length)], changed, changes(' changes')];
  const others = [...withChanges, all];
  const cellsBeside = (line: StyledLine): number => room - lineWidth([gap, ...line]);
  const [first] = past === undefined ? sortBySuggestion(cockpit.suggestions) : [];
  const beside = (before: StyledLine, line: StyledLine): StyledLine => [...before, gap, ...line];
  if (first === undefined) return others.find((line) => lineWidth(line) <= room) ?? all;
  if (first.fits !== 'yes') {
    const none = unmatchedRuns(view);
    return beside(none, others.find((line) => lineWidth(none) <= cellsBeside(line)) ?? all);
  }
  const words = suggestedWords(view, first);
  for (const { form, line } of pairsOf(view, words, {
    withChanges,
    problemsOnly: all,
    brief: problemsKey(number),
  }))
    if (lineWidth(form) <= cellsBeside(line)) return beside(form, line);
  const rest = others.slice(-2).find((line) => cellsBeside(line) >= leastHeadCells) ?? [];
  return beside(cutRuns(view, words, cellsBeside(rest)), rest);
};
