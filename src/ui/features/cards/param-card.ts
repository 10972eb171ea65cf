import type { ParamSpec } from '../../../domain/runbook.ts';
import { withParamValues } from '../../../domain/runbook.ts';
import type { RunView } from '../../../store/cockpit.ts';
import { visibleWindow } from '../../components/window.ts';
import type { CardState } from '../../model.ts';
import type { RenderContext } from '../../render-context.ts';
import type { StyledLine } from '../../text/line.ts';
import { widthOf } from '../../text/width.ts';
import { type Card, cardInnerWidth, cardTitleLines, inputField, keyHints, labeledLine } from './card.ts';
import { paramChoices, runCardState } from './confirmation.ts';
import { renderDiagnosis } from './diagnosis-lines.ts';
import { currentParamText } from './param-lines.ts';

const wholeNumber = ({ min, max }: ParamSpec): string => {
  if (min !== undefined && max !== undefined) return `integer, ${min} to ${max}`;
  if (min !== undefined) return `integer, at least ${min}`;
  return max === undefined ? 'integer' : `integer, at most ${max}`;
};

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
      return spec.pattern === undefined ? undefined : `must match ${spec.pattern}`;
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

const choiceLines = (
  view: RenderContext,
  choices: readonly string[],
  { cursor, marked }: Pick<CardState, 'cursor' | 'marked'>,
  { several }: NonNullable<RunView['parameterPrompt']>,
  about: Readonly<Record<string, string>>,
): readonly StyledLine[] => {
  const { pen } = view;
  const isOne = several === undefined;
  // Notes align in a column next to short values and follow long values directly.
  const longest = Math.min(28, Math.max(0, ...choices.map((choice) => widthOf(choice))));
  const aside = (choice: string): StyledLine =>
    about[choice] === undefined
      ? []
      : [pen.run(' '.repeat(Math.max(0, longest - widthOf(choice)) + 2)), pen.run(about[choice], 'faint')];
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

const noChoice = ({ pen }: RenderContext): StyledLine =>
  labeledLine(pen, '', 'no choices available', 'unknown');

/** Renders the card that asks for one parameter: a choice from current facts, or text. */
export const renderParamCard = (view: RenderContext, run: RunView): Card => {
  const { pen } = view;
  const { parameterPrompt: asking } = run;
  if (asking === undefined) return { edge: 'focus', lines: headOf(view, run), foot: 0 };
  const state = runCardState(view, run);
  const leave = run.proposal === undefined ? 'esc close' : 'esc back';
  const choices = paramChoices(run);
  const question: StyledLine = [
    pen.run(asking.title.endsWith('?') ? asking.title : `${asking.title}:`, 'faint'),
  ];
  const problem = asking.problem === undefined ? [] : [labeledLine(pen, '', asking.problem, 'unknown')];
  if (choices === undefined)
    return {
      edge: 'focus',
      lines: [
        ...headOf(view, run),
        question,
        [pen.run('   '), ...inputField(pen, state.text, 'plain', cardInnerWidth(view) - 3)],
        ...nowLines(view, run),
        ...takesLine(view, run, asking.name),
        ...problem,
        keyHints(pen, 'enter accept', leave),
      ],
    };
  const some = choices.length > 0;
  const { several } = asking;
  const count =
    several === undefined
      ? `${state.cursor + 1} of ${choices.length}`
      : `${state.marked.length} of at most ${several.max}`;
  const complaint = state.error === undefined ? [] : [[pen.run(state.error, 'crit')]];
  const take = several === undefined ? ['enter select'] : ['space mark', 'enter select'];
  return {
    edge: 'focus',
    lines: [
      ...headOf(view, run, some ? [pen.run(count)] : []),
      question,
      ...choiceLines(view, choices, state, asking, aboutOf(run)),
      ...nowLines(view, run),
      ...(some || asking.problem !== undefined ? [] : [noChoice(view)]),
      ...problem,
      ...complaint,
      keyHints(pen, ...(some ? take : []), leave),
    ],
  };
};

/** Renders the card shown while fresh reads determine the target and the calls. Nothing is sent. */
export const renderPlanningCard = (view: RenderContext, run: RunView): Card => {
  const { pen } = view;
  const { showsCalls: calls, scroll } = runCardState(view, run);
  const head = cardTitleLines(
    view,
    [pen.run('PLANNING', 'bold')],
    withParamValues(run.runbook.title, run.params),
    [pen.run('nothing sent yet', 'faint')],
  );
  return {
    edge: 'focus',
    head: head.length,
    scroll,
    lines: [
      ...head,
      ...renderDiagnosis(view, run, calls),
      labeledLine(pen, 'plan', [pen.glyph('loading', 'loading'), pen.run(' reading the target', 'loading')]),
      keyHints(pen, 'esc close'),
    ],
  };
};
