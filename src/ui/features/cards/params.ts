import type { ParamSpec } from '../../../domain/runbook.ts';
import { readable } from '../../../domain/runbook.ts';
import type { RunView } from '../../../store/cockpit.ts';
import { windowOf } from '../../components/window.ts';
import type { CardState } from '../../model.ts';
import type { Line } from '../../text/run.ts';
import { widthOf } from '../../text/width.ts';
import type { View } from '../../view.ts';
import { type Card, field, hints, innerWidth, labelled, titled } from './card.ts';
import { diagnosisLines } from './diagnosis.ts';
import { cardStateOf, choicesFor } from './question.ts';

const wholeNumber = ({ min, max }: ParamSpec): string => {
  if (min !== undefined && max !== undefined) return `a whole number, ${min} to ${max}`;
  if (min !== undefined) return `a whole number, ${min} or more`;
  return max === undefined ? 'a whole number' : `a whole number, ${max} or less`;
};

/** What a parameter takes, in words; undefined where any text will do, or where its choices are shown. */
export const paramTakes = (spec: ParamSpec): string | undefined => {
  switch (spec.type) {
    case 'int':
      return wholeNumber(spec);
    case 'duration':
      return 'a time with its unit: 30s, 5m, 1h30m';
    case 'boolean':
      return 'true or false';
    case 'string':
      return spec.pattern === undefined ? undefined : `all of it fits ${spec.pattern}`;
    default:
      return undefined;
  }
};

const choicesShown = 10;

const headOf = (view: View, run: RunView, right: Line = []): readonly Line[] => {
  const { pen } = view;
  return titled(
    view,
    [pen.run('RUNBOOK', 'bold'), pen.run(`  ${run.runbook.id}`)],
    readable(run.runbook.title, run.params),
    right,
  );
};

const choiceLines = (
  view: View,
  choices: readonly string[],
  { cursor, marked }: Pick<CardState, 'cursor' | 'marked'>,
  { several, about = {} }: NonNullable<RunView['asking']>,
): readonly Line[] => {
  const { pen } = view;
  const isOne = several === undefined;
  // Words stand in a column of their own beside short values, and behind long ones.
  const longest = Math.min(28, Math.max(0, ...choices.map((choice) => widthOf(choice))));
  const aside = (choice: string): Line =>
    about[choice] === undefined
      ? []
      : [pen.run(' '.repeat(Math.max(0, longest - widthOf(choice)) + 2)), pen.run(about[choice], 'faint')];
  const markOf = (choice: string): Line =>
    isOne ? [] : [marked.includes(choice) ? pen.glyph('marked', 'key') : pen.run(' '), pen.run(' ')];
  const seen = windowOf(choices.length, choicesShown, cursor);
  return choices.slice(seen.from, seen.to).map((choice, index): Line => {
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

/** Beside the question, before anybody guesses: what would be refused after enter. */
const takesLine = ({ pen }: View, { runbook }: RunView, name: string): readonly Line[] => {
  const spec = runbook.params.find((param) => param.name === name);
  const takes = spec === undefined ? undefined : paramTakes(spec);
  return takes === undefined ? [] : [[pen.run(`   ${takes}`, 'faint')]];
};

const noChoice = ({ pen }: View): Line => labelled(pen, '', 'there is nothing to choose from now', 'unknown');

/** Asks for one parameter: a choice among what is there now, or a text. */
export const paramsCard = (view: View, run: RunView): Card => {
  const { pen } = view;
  const { asking } = run;
  if (asking === undefined) return { edge: 'focus', lines: headOf(view, run) };
  const state = cardStateOf(view, run);
  const choices = choicesFor(run);
  const question: Line = [pen.run(asking.title.endsWith('?') ? asking.title : `${asking.title}?`, 'faint')];
  const problem = asking.problem === undefined ? [] : [labelled(pen, '', asking.problem, 'unknown')];
  if (choices === undefined)
    return {
      edge: 'focus',
      lines: [
        ...headOf(view, run),
        question,
        [pen.run('   '), ...field(pen, state.text, 'plain', innerWidth(view) - 3)],
        ...takesLine(view, run, asking.name),
        ...problem,
        hints(pen, 'enter give', 'esc close'),
      ],
    };
  const some = choices.length > 0;
  const { several } = asking;
  const count =
    several === undefined
      ? `${state.cursor + 1} of ${choices.length}`
      : `${state.marked.length} of at most ${several.max}`;
  const complaint = state.complaint === undefined ? [] : [[pen.run(state.complaint, 'crit')]];
  const take = several === undefined ? ['enter take'] : ['space mark', 'enter take'];
  return {
    edge: 'focus',
    lines: [
      ...headOf(view, run, some ? [pen.run(count)] : []),
      question,
      ...choiceLines(view, choices, state, asking),
      ...(some || asking.problem !== undefined ? [] : [noChoice(view)]),
      ...problem,
      ...complaint,
      hints(pen, ...(some ? take : []), 'esc close'),
    ],
  };
};

/** While fresh reads find the target and say what would be called. Nothing is sent. */
export const planningCard = (view: View, run: RunView): Card => {
  const { pen } = view;
  const { calls, scroll } = cardStateOf(view, run);
  return {
    edge: 'focus',
    scroll,
    lines: [
      ...titled(view, [pen.run('PLANNING', 'bold')], readable(run.runbook.title, run.params), [
        pen.run('nothing is sent', 'faint'),
      ]),
      ...diagnosisLines(view, run, calls),
      labelled(pen, 'plan', [
        pen.glyph('loading', 'loading'),
        pen.run(' reading the target afresh', 'loading'),
      ]),
      hints(pen, 'esc close'),
    ],
  };
};
