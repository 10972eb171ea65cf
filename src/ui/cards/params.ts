import type { RunView } from '../../store/cockpit.ts';
import { windowOf } from '../parts/window.ts';
import type { Line } from '../text/run.ts';
import type { View } from '../view.ts';
import { type Card, field, heading, hints, labelled } from './card.ts';
import { diagnosisLines } from './diagnosis.ts';
import { cardStateOf, choicesFor } from './question.ts';

const choicesShown = 10;

const title = (view: View, run: RunView, right: Line = []): Line =>
  heading(
    view,
    [view.pen.run('RUNBOOK', 'bold'), view.pen.run(`  ${run.runbook.id}  ${run.runbook.title}`)],
    right,
  );

const choiceLines = (view: View, choices: readonly string[], cursor: number): readonly Line[] => {
  const { pen } = view;
  const seen = windowOf(choices.length, choicesShown, cursor);
  return choices.slice(seen.from, seen.to).map((choice, index): Line => {
    const chosen = seen.from + index === cursor;
    return [
      chosen ? pen.glyph('chosen', 'key') : pen.run(' '),
      pen.run(`  ${choice}`, chosen ? 'bold' : 'plain'),
    ];
  });
};

/** Asks for one parameter: a choice among what is there now, or a text. */
export const paramsCard = (view: View, run: RunView): Card => {
  const { pen } = view;
  const { asking } = run;
  if (asking === undefined) return { edge: 'focus', lines: [title(view, run)] };
  const state = cardStateOf(view, run);
  const choices = choicesFor(run);
  const problem = asking.problem === undefined ? [] : [labelled(pen, '', asking.problem, 'unknown')];
  if (choices === undefined)
    return {
      edge: 'focus',
      lines: [
        title(view, run),
        labelled(pen, asking.title.slice(0, 40).padEnd(9), [pen.run('  '), ...field(pen, state.text)]),
        ...problem,
        hints(pen, 'enter give', 'esc close'),
      ],
    };
  const none =
    choices.length === 0 && asking.problem === undefined
      ? [labelled(pen, '', 'there is nothing to choose from now', 'unknown')]
      : [];
  return {
    edge: 'focus',
    lines: [
      title(view, run, [pen.run(choices.length === 0 ? '' : `${state.cursor + 1} of ${choices.length}`)]),
      [pen.run(`${asking.title}?`, 'faint')],
      ...choiceLines(view, choices, state.cursor),
      ...none,
      ...problem,
      hints(pen, ...(choices.length === 0 ? [] : ['enter take']), 'esc close'),
    ],
  };
};

/** While fresh reads find the target and say what would be called. Nothing is sent. */
export const planningCard = (view: View, run: RunView): Card => {
  const { pen } = view;
  return {
    edge: 'focus',
    lines: [
      heading(
        view,
        [pen.run('PLANNING', 'bold'), pen.run(`  ${run.runbook.title}`)],
        [pen.run('nothing is sent', 'faint')],
      ),
      ...diagnosisLines(view, run),
      labelled(pen, 'plan', [
        pen.glyph('loading', 'loading'),
        pen.run(' reading the target afresh', 'loading'),
      ]),
      hints(pen, 'esc close'),
    ],
  };
};
