import type { ParamSpec } from '../../../domain/runbooks/runbook.ts';
import { isSecretSpec, withParamValues } from '../../../domain/runbooks/runbook.ts';
import { formatAge } from '../../../domain/text/duration.ts';
import { isoTime } from '../../../domain/text/format.ts';
import { patternWords } from '../../../domain/text/pattern-words.ts';
import type { RunView } from '../../../store/cockpit.ts';
import {
  type Card,
  cardInnerWidth,
  cardTitleLines,
  inputField,
  keyHints,
  labeledLine,
  labeledList,
  maxCardHeight,
} from '../../kit/components/card.ts';
import {
  decisionRow,
  placeZones,
  rowsBesideBody,
  zonedCard,
  zoneRule,
} from '../../kit/components/card-zones.ts';
import { visibleWindow } from '../../kit/components/window.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import { hiddenLetter } from '../../kit/text/pen.ts';
import { widthOf } from '../../kit/text/width.ts';
import { levelWords } from '../../kit/theme/glyphs.ts';
import type { CardState } from '../../shell/contract/model.ts';
import { type RenderContext, toWallTime } from '../../shell/contract/render-context.ts';
import { paramChoices, runCardState } from './confirmation.ts';
import { diagnosisZone } from './diagnosis-lines.ts';
import { currentParamText } from './param-lines.ts';
import { runTitleLines } from './run-head.ts';

const wholeNumber = ({ min, max }: ParamSpec): string => {
  if (min !== undefined && max !== undefined) return `integer, ${min} to ${max}`;
  if (min !== undefined) return `integer, at least ${min}`;
  return max === undefined ? 'integer' : `integer, at most ${max}`;
};

const exampleOf = ({ default: value }: ParamSpec): string | undefined =>
  typeof value === 'string' ? value : undefined;

/** Describes the accepted values of a parameter; undefined for free text and for listed choices. */
export const paramHint = (spec: ParamSpec): string | undefined => {
  switch (spec.type) {
    case 'int':
      return wholeNumber(spec);
    case 'duration':
      return 'duration with a unit: 30s, 5m, 1h30m';
    case 'boolean':
      return 'true or false';
    case 'string':
      return spec.pattern === undefined ? undefined : patternWords(spec.pattern, exampleOf(spec));
    default:
      return undefined;
  }
};

const choicesShown = 10;

const headOf = (view: RenderContext, run: RunView, right: StyledLine = []): readonly StyledLine[] => {
  const { pen } = view;
  return cardTitleLines(
    view,
    [pen.run('RUNBOOK', 'bold'), pen.run(`  ${run.runbook.id}`)],
    withParamValues(run.runbook.title, run.params),
    right,
  );
};

type Prompt = NonNullable<RunView['parameterPrompt']>;

/** '8h ago · 2026-11-21 21:14Z' */
const madeText = (view: RenderContext, time: number | undefined): string => {
  if (time === undefined) return '';
  const date = isoTime(toWallTime(view, time)).slice(0, 16).replace('T', ' ');
  return `${formatAge(Math.max(0, view.now - time))} ago · ${date}Z`;
};

const levelRoles = { ok: 'ok', warn: 'warn', crit: 'crit', unknown: 'unknown' } as const;

/** The level of a choice, what is known about it, and whether it needs a reason. */
const choiceNotes = (view: RenderContext, choice: string, asking: Prompt, about: string): StyledLine => {
  const { pen } = view;
  const level = asking.levels?.[choice];
  const made = asking.made?.[choice];
  const words = [madeText(view, made), about].filter((text) => text !== '').join(' · ');
  const doubt = asking.doubts?.[choice] === undefined ? [] : [pen.run(' · needs a reason', 'warn')];
  return [
    // What was made and is ok needs no level beside its date.
    ...(level === undefined || (made !== undefined && level === 'ok')
      ? []
      : [pen.glyph(level, levelRoles[level]), pen.run(` ${levelWords[level]} `, levelRoles[level])]),
    ...(words === '' ? [] : [pen.run(words, 'faint')]),
    ...doubt,
  ];
};

const choiceLines = (
  view: RenderContext,
  choices: readonly string[],
  { cursor, marked }: Pick<CardState, 'cursor' | 'marked'>,
  asking: Prompt,
  about: Readonly<Record<string, string>>,
): readonly StyledLine[] => {
  const { pen } = view;
  const isOne = asking.several === undefined;
  // Notes align in a column next to short values and follow long values directly.
  const longest = Math.min(28, Math.max(0, ...choices.map((choice) => widthOf(choice))));
  const aside = (choice: string): StyledLine => {
    const notes = choiceNotes(view, choice, asking, about[choice] ?? '');
    const gap = ' '.repeat(Math.max(0, longest - widthOf(choice)) + 2);
    return notes.length === 0 ? [] : [pen.run(gap), ...notes];
  };
  const markOf = (choice: string): StyledLine =>
    isOne ? [] : [marked.includes(choice) ? pen.glyph('marked', 'key') : pen.run(' '), pen.run(' ')];
  const seen = visibleWindow(choices.length, choicesShown, cursor);
  return choices.slice(seen.from, seen.to).map((choice, index): StyledLine => {
    const chosen = seen.from + index === cursor;
    return [
      chosen ? pen.glyph('chosen', 'key') : pen.run(' '),
      pen.run('  '),
      ...markOf(choice),
      pen.run(choice, chosen ? 'bold' : 'plain'),
      ...aside(choice),
    ];
  });
};

/** Values that are listed beside the choices and cannot be chosen: the current one. */
const excludedLines = ({ pen }: RenderContext, { excluded = [] }: Prompt): readonly StyledLine[] =>
  excluded
    .slice(0, choicesShown)
    .map(({ value, about }) => [
      pen.run(' '),
      pen.run('  '),
      pen.run(value, 'faint'),
      pen.run(about === '' ? '' : `  ${about}`, 'faint'),
    ]);

/** Why the choice under the cursor, or a marked one, needs a reason. */
const doubtLines = (
  view: RenderContext,
  choices: readonly string[],
  { cursor, marked }: Pick<CardState, 'cursor' | 'marked'>,
  { doubts = {} }: Prompt,
): readonly StyledLine[] => {
  const chosen = [...new Set([choices[cursor] ?? '', ...marked])];
  const reasons = [...new Set(chosen.flatMap((choice) => doubts[choice] ?? []))];
  return reasons.length === 0
    ? []
    : labeledList(view, 'reason', [`required: ${reasons.join('; ')}`], { all: true, role: 'warn' });
};

/** Shows the accepted format before the value is entered. */
const takesLine = ({ pen }: RenderContext, { runbook }: RunView, name: string): readonly StyledLine[] => {
  const spec = runbook.params.find((param) => param.name === name);
  const takes = spec === undefined ? undefined : paramHint(spec);
  return takes === undefined ? [] : [[pen.run(`   ${takes}`, 'faint')]];
};

/** Descriptions of the choices: from the facts, or the current values of the parameters to pick from. */
const aboutOf = (run: RunView): Readonly<Record<string, string>> => {
  const { picks, about = {}, choices = [] } = run.parameterPrompt ?? {};
  if (picks !== true) return about;
  return Object.fromEntries(
    choices.map((name) => {
      const title = run.runbook.params.find((param) => param.name === name)?.title;
      const now = currentParamText(run, name);
      return [name, title === undefined ? now : `${now} · ${title}`];
    }),
  );
};

/** The value that a change replaces. */
const nowLines = ({ pen }: RenderContext, run: RunView): readonly StyledLine[] => {
  const { value, name = '' } = run.parameterPrompt ?? {};
  return value === undefined ? [] : [[pen.run(`   now ${currentParamText(run, name)}`, 'faint')]];
};

/** '3 → 5 (+2)': a present value and the one that was typed or is selected. */
const changeText = (text: string, wantedPart: string): string => {
  if (wantedPart === '') return text;
  if (wantedPart === text) return `${text} · no change`;
  const step = Number(wantedPart) - Number(text);
  const sign = step > 0 ? '+' : '';
  return Number.isFinite(step) ? `${text} → ${wantedPart} (${sign}${step})` : `${text} → ${wantedPart}`;
};

/** The value in effect of what the parameter sets, and what the answer changes. */
const presentLines = (
  view: RenderContext,
  { present }: Prompt,
  wantedPart: string,
): readonly StyledLine[] => {
  const { pen } = view;
  if (present === undefined) return [];
  if (present.is === 'loading')
    return [
      [
        pen.run('   in effect now: ', 'faint'),
        pen.glyph('loading', 'loading'),
        pen.run(' reading', 'loading'),
      ],
    ];
  return present.is === 'unknown'
    ? [[pen.run('   in effect now: ', 'faint'), pen.run(`unknown: ${present.why}`, 'unknown')]]
    : [[pen.run('   in effect now: ', 'faint'), pen.run(changeText(present.text, wantedPart.trim()))]];
};

const noChoice = ({ pen }: RenderContext): StyledLine =>
  labeledLine(pen, '', 'there are no choices at the moment', 'unknown');

/** Why a value is on offer: ', as the runbook recommends', ', one more than now', ' · written 9h ago'. */
const offerReason = (
  { params }: RunView['runbook'],
  { name, recommended = '', about = {} }: Prompt,
): string => {
  const spec = params.find((param) => param.name === name);
  if (spec?.type !== 'string')
    return String(spec?.recommended) === recommended ? ', as the runbook recommends' : ', one more than now';
  const note = about[recommended] ?? '';
  return ` · ${[note, `first of ${spec.read?.use ?? 'its source'}`].filter((text) => text !== '').join(' · ')}`;
};

/** The field of a typed value, with what it changes. That of a secret parameter shows dots. */
const fieldLines = (
  view: RenderContext,
  { runbook }: RunView,
  asking: Prompt,
  text: string,
): readonly StyledLine[] => {
  const { pen } = view;
  const isSecret = runbook.params.some((spec) => spec.name === asking.name && isSecretSpec(spec));
  const typed = isSecret ? hiddenLetter.repeat([...text].length) : text;
  return [
    [
      pen.run('   '),
      ...inputField(pen, typed, 'plain', cardInnerWidth(view) - 3),
      ...(text === '' && asking.recommended !== undefined
        ? [pen.run(` ${asking.recommended}${offerReason(runbook, asking)}`, 'faint')]
        : []),
    ],
    ...presentLines(view, asking, isSecret ? '' : text === '' ? (asking.recommended ?? '') : text),
  ];
};

/** The problem of a typed value, below it. */
const wrongLines = ({ pen }: RenderContext, { problem }: Prompt): readonly StyledLine[] =>
  problem === undefined ? [] : [[pen.run('   '), pen.run(problem, 'crit')]];

/** 'Replicas:' */
const questionOf = ({ pen }: RenderContext, { title }: Prompt): StyledLine => [
  pen.run(title.endsWith('?') ? title : `${title}:`, 'faint'),
];

/** The card while a question, or its choices, are read: it never looks as if it had nothing to say. */
const waitingCard = (view: RenderContext, run: RunView, leave: string): Card => {
  const { pen } = view;
  const { parameterPrompt: asking } = run;
  const words =
    asking === undefined ? 'reading what the runbook needs to know' : 'reading the choices from the source';
  return {
    edge: 'focus',
    lines: [
      ...headOf(view, run),
      ...(asking === undefined ? [] : [questionOf(view, asking)]),
      [pen.run('   '), pen.glyph('loading', 'loading'), pen.run(` ${words}`, 'loading')],
      keyHints(pen, leave),
    ],
  };
};

/** '2 of 4', '1 of at most 3' */
const countText = (
  all: number,
  { cursor, marked }: Pick<CardState, 'cursor' | 'marked'>,
  { several }: Prompt,
): string => {
  if (several !== undefined) return `${marked.length} of at most ${several.max}`;
  return cursor < 0 ? `${all} choices, none is recommended` : `${cursor + 1} of ${all}`;
};

/** The longest offered value that the hint of `enter` repeats. */
const longestOffer = 24;

/** The card with a field for a typed value. */
const typedCard = (view: RenderContext, run: RunView, asking: Prompt, leave: string): Card => {
  const { text } = runCardState(view, run);
  const { recommended } = asking;
  return {
    edge: 'focus',
    lines: [
      ...headOf(view, run),
      questionOf(view, asking),
      ...fieldLines(view, run, asking, text),
      ...nowLines(view, run),
      ...takesLine(view, run, asking.name),
      ...wrongLines(view, asking),
      keyHints(
        view.pen,
        text === '' && recommended !== undefined && recommended.length <= longestOffer
          ? `enter accept ${recommended}`
          : 'enter accept',
        leave,
      ),
    ],
  };
};

/** Renders the card that asks for one parameter: a choice from current facts, or text. */
export const renderParamCard = (view: RenderContext, run: RunView): Card => {
  const { pen } = view;
  const { parameterPrompt: asking } = run;
  const leave = run.proposal === undefined ? 'esc close' : 'esc back';
  if (asking === undefined || asking.loading === true) return waitingCard(view, run, leave);
  const question = questionOf(view, asking);
  const state = runCardState(view, run);
  const choices = paramChoices(run);
  const problem = asking.problem === undefined ? [] : [labeledLine(pen, '', asking.problem, 'unknown')];
  if (choices === undefined) return typedCard(view, run, asking, leave);
  const some = choices.length > 0;
  const { several } = asking;
  const count = countText(choices.length, state, asking);
  const diagnostic = state.error === undefined ? [] : [[pen.run(state.error, 'crit')]];
  const again = asking.problem === undefined || run.proposal !== undefined ? [] : ['r read again'];
  const take =
    several === undefined
      ? ['enter select']
      : ['space mark', ...(choices.length > 1 ? ['a all'] : []), 'enter select'];
  return {
    edge: 'focus',
    lines: [
      ...headOf(view, run, some ? [pen.run(count)] : []),
      question,
      ...choiceLines(view, choices, state, asking, aboutOf(run)),
      ...excludedLines(view, asking),
      ...doubtLines(view, choices, state, asking),
      ...presentLines(view, asking, choices[state.cursor] ?? ''),
      ...nowLines(view, run),
      ...(some || asking.problem !== undefined ? [] : [noChoice(view)]),
      ...problem,
      ...diagnostic,
      keyHints(pen, ...(some ? take : []), ...again, leave),
    ],
  };
};

/** Renders the card shown while fresh reads determine the target and the calls. Nothing is sent. */
export const renderPlanningCard = (view: RenderContext, run: RunView): Card => {
  const { pen } = view;
  const { showsCalls: all, scroll } = runCardState(view, run);
  const head = runTitleLines(view, withParamValues(run.runbook.title, run.params), run.runbook.id);
  const foot = [decisionRow(view, [], ['esc close'])];
  const room = maxCardHeight(view.rows) - rowsBesideBody(head, foot);
  const plan = {
    title: 'Plan',
    entries: [
      { rows: [[pen.glyph('loading', 'key'), pen.run(' reading the target', 'loading')]], isKept: true },
    ],
  };
  return zonedCard(view, {
    edge: 'focus',
    title: [pen.run('Planning', 'bold')],
    right: [pen.run('nothing sent yet', 'faint')],
    head,
    body: placeZones(view, [diagnosisZone(view, run, all), plan], room, all).lines,
    rule: zoneRule(pen, ''),
    foot,
    scroll,
  });
};
